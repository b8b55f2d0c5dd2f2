//! The test bench: what the bot would do with questions people have asked, before settings change.

use zhiyin_domain::bot::{BotSettingsError, Thresholds, Verdict};
use zhiyin_domain::ids::{ArticleId, InboxId};
use zhiyin_domain::limits::BOT_REPLAY_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::bots::{self as store, replay as past};
use zhiyin_store::knowledge::questions;
use zhiyin_store::{Tx, inboxes};

use super::settings::thresholds;
use super::sources::Sources;
use super::{BotError, require};
use crate::knowledge::{language_of, without_persons};
use crate::{App, Context};

/// Where questions are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaySource {
    /// Questions that were asked of the help centre, the widget and the bot.
    Questions,
    /// First messages of sessions of the inbox.
    Sessions,
}

/// What is to be played.
#[derive(Debug, Clone, Copy)]
pub struct ReplayRequest {
    /// The inbox whose bot is asked.
    pub inbox: InboxId,
    /// Thresholds to try; those in force if there are none.
    pub thresholds: Option<Thresholds>,
    /// Where questions are taken from.
    pub source: ReplaySource,
    /// How many, the newest; at most [`BOT_REPLAY_MAX`].
    pub limit: u32,
}

/// A question with what the bot would do.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedQuestion {
    /// The words, without personal data.
    pub text: String,
    /// When it was asked.
    pub at: Timestamp,
    /// What it would do with the thresholds to try.
    pub verdict: Verdict,
    /// What it does now.
    pub present: Verdict,
    /// How sure it is of the first article.
    pub confidence: f32,
    /// What it found, best first, with how sure it would be of each.
    pub articles: Vec<(ArticleId, String, f32)>,
    /// What the reader said then, if that is known.
    pub is_helpful: Option<bool>,
}

/// What the bot would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The thresholds that were tried.
    pub tried: Thresholds,
    /// Those in force.
    pub present: Thresholds,
    /// The questions, newest first.
    pub questions: Vec<ReplayedQuestion>,
}

/// Plays past questions. Nothing is stored and nothing is said.
pub fn replay(
    app: &App,
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReplayRequest,
) -> Result<Replay, BotError> {
    require(ctx)?;
    inboxes::get(tx, request.inbox)?.ok_or(BotError::InboxNotFound)?;
    if !request.thresholds.is_none_or(Thresholds::is_valid) {
        return Err(BotSettingsError::Thresholds.into());
    }
    let bot = store::get(tx, request.inbox)?;
    let bot = bot.unwrap_or_else(|| zhiyin_domain::bot::Bot::absent(request.inbox));
    let present = thresholds(tx, &bot)?;
    let tried = request.thresholds.unwrap_or(present);
    let limit = request.limit.clamp(1, BOT_REPLAY_MAX);
    let asked: Vec<(String, Locale, Timestamp, Option<bool>)> = match request.source {
        ReplaySource::Questions => questions::latest(tx, limit)?
            .into_iter()
            .map(|it| (it.text, it.locale, it.at, it.is_helpful))
            .collect(),
        ReplaySource::Sessions => past::first_messages(tx, request.inbox, limit)?
            .into_iter()
            .map(|(text, at)| {
                let text = without_persons(&text);
                let locale = language_of(&text);
                (text, locale, at, None)
            })
            .collect(),
    };
    let mut sources = Sources {
        tx,
        cache: app.knowledge(),
        public_url: "",
    };
    let mut questions = Vec::with_capacity(asked.len());
    for (text, locale, at, is_helpful) in asked {
        let found = sources.find(locale, &text)?;
        let judge = |by: Thresholds| match found.sources.first() {
            None => Verdict::PassedOn,
            Some(_) => by.judge(found.confidence),
        };
        questions.push(ReplayedQuestion {
            verdict: judge(tried),
            present: judge(present),
            confidence: found.confidence,
            articles: found
                .sources
                .into_iter()
                .map(|it| (it.id, it.title, it.confidence))
                .collect(),
            text,
            at,
            is_helpful,
        });
    }
    Ok(Replay {
        tried,
        present,
        questions,
    })
}
