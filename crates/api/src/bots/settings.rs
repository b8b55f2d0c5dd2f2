//! The bot of an inbox, and the test bench.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::bot::{self as use_cases, BotView, Replay, ReplayRequest, ReplaySource};
use zhiyin_domain::bot::{
    Bot, BotSettings, OpinionKind, Starts, Tally, Thresholds, Verdict, WhenUnsure,
};
use zhiyin_domain::ids::{ArticleId, BotFlowId, InboxId, QueueId};
use zhiyin_domain::inbox::Localized;
use zhiyin_domain::limits::BOT_REPLAY_MAX;
use zhiyin_domain::time::Timestamp;

use crate::attributes::LabelDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};

/// From which confidence on the bot answers, and suggests. Between 0 and 1.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotThresholdsDto {
    /// From here on it answers.
    pub answer: f32,
    /// From here on it suggests; not above `answer`.
    pub suggest: f32,
}

impl From<Thresholds> for BotThresholdsDto {
    fn from(it: Thresholds) -> Self {
        Self {
            answer: it.answer,
            suggest: it.suggest,
        }
    }
}

impl From<BotThresholdsDto> for Thresholds {
    fn from(it: BotThresholdsDto) -> Self {
        Self {
            answer: it.answer,
            suggest: it.suggest,
        }
    }
}

/// What customers thought of answers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotAnswersDto {
    /// How often one was given.
    pub shown: i64,
    /// How often it helped.
    pub helped: i64,
    /// How often it did not.
    pub not_helped: i64,
}

/// What customers did with suggestions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotSuggestionsDto {
    /// How often some were made.
    pub shown: i64,
    /// How often one was taken.
    pub taken: i64,
    /// How often none was meant.
    pub refused: i64,
}

/// What opinions speak for, in the whole workspace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotLearnedDto {
    /// From here on it would answer.
    pub answer: f32,
    /// From here on it would suggest.
    pub suggest: f32,
    /// Opinions on answers.
    pub answers: BotAnswersDto,
    /// Opinions on suggestions.
    pub suggestions: BotSuggestionsDto,
}

/// The bot of an inbox.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotDto {
    /// Whether it begins sessions.
    pub is_enabled: bool,
    /// The name customers see.
    #[schema(value_type = LabelDto)]
    pub name: Localized,
    /// With which sessions it begins: `always` or `out_of_hours`.
    #[schema(value_type = String)]
    pub starts: Starts,
    /// The flow that follows a first message to which nothing else fits.
    #[schema(value_type = Option<String>)]
    pub greeting_flow_id: Option<BotFlowId>,
    /// Thresholds people set; `null` where they are learned.
    pub thresholds: Option<BotThresholdsDto>,
    /// What follows a question without an answer: `person` or `ask_again`.
    #[schema(value_type = String)]
    pub when_unsure: WhenUnsure,
    /// Questions without an answer until it hands over, in any case.
    pub tries_max: u8,
    /// Minutes of silence after which a session with it ends.
    pub idle_minutes: u16,
    /// Where it hands over to; `null` for the queue of the inbox.
    #[schema(value_type = Option<String>)]
    pub queue_id: Option<QueueId>,
    /// What it has learned.
    pub learned: BotLearnedDto,
    /// Rises with every change; 0 as long as nothing was set.
    pub version: i64,
}

impl From<BotView> for BotDto {
    fn from(it: BotView) -> Self {
        let settings = it.bot.settings;
        let Tally { shown, good, bad } = it.opinions.total(OpinionKind::Answer);
        let answers = BotAnswersDto {
            shown,
            helped: good,
            not_helped: bad,
        };
        let Tally { shown, good, bad } = it.opinions.total(OpinionKind::Suggestion);
        Self {
            is_enabled: it.bot.is_enabled,
            name: settings.name,
            starts: settings.starts,
            greeting_flow_id: settings.greeting_flow_id,
            thresholds: settings.thresholds.map(Into::into),
            when_unsure: settings.when_unsure,
            tries_max: settings.tries_max,
            idle_minutes: settings.idle_minutes,
            queue_id: settings.queue_id,
            learned: BotLearnedDto {
                answer: it.learned.answer,
                suggest: it.learned.suggest,
                answers,
                suggestions: BotSuggestionsDto {
                    shown,
                    taken: good,
                    refused: bad,
                },
            },
            version: it.bot.version,
        }
    }
}

/// How the bot of an inbox is to behave.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotBody {
    /// Whether it begins sessions.
    pub is_enabled: bool,
    /// The name customers see, of at most 40 characters.
    #[serde(default)]
    #[schema(value_type = LabelDto)]
    pub name: Localized,
    /// With which sessions it begins: `always` or `out_of_hours`.
    #[schema(value_type = String)]
    pub starts: Starts,
    /// The flow that follows a first message to which nothing else fits; a published one.
    #[schema(value_type = Option<String>)]
    pub greeting_flow_id: Option<BotFlowId>,
    /// Thresholds between 0.1 and 0.95; `null` to learn them.
    pub thresholds: Option<BotThresholdsDto>,
    /// What follows a question without an answer: `person` or `ask_again`.
    #[schema(value_type = String)]
    pub when_unsure: WhenUnsure,
    /// 1 to 5 questions without an answer until it hands over, in any case.
    pub tries_max: u8,
    /// 5 to 1440 minutes of silence after which a session with it ends.
    pub idle_minutes: u16,
    /// Where it hands over to; `null` for the queue of the inbox.
    #[schema(value_type = Option<String>)]
    pub queue_id: Option<QueueId>,
    /// The version that was read; 0 if nothing was set yet.
    pub version: i64,
}

impl BotBody {
    fn into_bot(self, inbox_id: InboxId) -> Bot {
        Bot {
            inbox_id,
            is_enabled: self.is_enabled,
            settings: BotSettings {
                name: self.name,
                starts: self.starts,
                greeting_flow_id: self.greeting_flow_id,
                thresholds: self.thresholds.map(Into::into),
                when_unsure: self.when_unsure,
                tries_max: self.tries_max,
                idle_minutes: self.idle_minutes,
                queue_id: self.queue_id,
            },
            version: self.version,
        }
    }
}

/// The bot of an inbox, with what it has learned.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/bot", tag = "bot",
    params(("id" = String, Path)), responses((status = 200, body = BotDto)))]
pub async fn get_bot(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
) -> ApiResult<Json<BotDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| use_cases::get_bot(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

/// Sets up the bot of an inbox.
#[utoipa::path(put, path = "/api/v1/inboxes/{id}/bot", tag = "bot",
    params(("id" = String, Path)), request_body = BotBody,
    responses((status = 200, body = BotDto)))]
pub async fn save_bot(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
    Valid(body): Valid<BotBody>,
) -> ApiResult<Json<BotDto>> {
    let bot = body.into_bot(id);
    let view = app
        .write(&caller.0, move |tx, ctx| use_cases::save_bot(tx, ctx, &bot))
        .await?;
    Ok(Json(view.into()))
}

/// What the test bench is to play.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotReplayBody {
    /// Thresholds to try; `null` for those in force.
    pub thresholds: Option<BotThresholdsDto>,
    /// `questions`: asked of the help centre, the widget and the bot. `sessions`: first messages of
    /// sessions of this inbox.
    pub source: BotReplaySource,
    /// How many, the newest; at most 300, 100 if left out.
    pub limit: Option<u32>,
}

/// Where questions are taken from.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BotReplaySource {
    /// Asked of the help centre, the widget and the bot.
    Questions,
    /// First messages of sessions of the inbox.
    Sessions,
}

/// How many questions ended how.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct BotTotalsDto {
    /// Answered with an article.
    pub answered: u32,
    /// Answered with suggestions.
    pub suggested: u32,
    /// Passed on to a person, or asked again.
    pub passed_on: u32,
}

impl BotTotalsDto {
    fn of(all: impl Iterator<Item = Verdict>) -> Self {
        all.fold(Self::default(), |mut totals, it| {
            match it {
                Verdict::Answered => totals.answered += 1,
                Verdict::Suggested => totals.suggested += 1,
                Verdict::PassedOn => totals.passed_on += 1,
            }
            totals
        })
    }
}

/// An article that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotArticleDto {
    /// The article.
    #[schema(value_type = String)]
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// How sure the bot would be of it.
    pub confidence: f32,
}

/// A question with what the bot would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotReplayedDto {
    /// The words, without personal data.
    pub text: String,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `answered`, `suggested` or `passed_on`, with the thresholds to try.
    pub outcome: &'static str,
    /// The same with those in force.
    pub present_outcome: &'static str,
    /// How sure the bot is of the first article.
    pub confidence: f32,
    /// What it found, best first.
    pub articles: Vec<BotArticleDto>,
    /// What the reader said then, if that is known.
    pub is_helpful: Option<bool>,
}

/// What the bot would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotReplayDto {
    /// The thresholds that were tried.
    pub thresholds: BotThresholdsDto,
    /// Those in force.
    pub present: BotThresholdsDto,
    /// How the questions end with the first.
    pub totals: BotTotalsDto,
    /// How they end with those in force.
    pub present_totals: BotTotalsDto,
    /// The questions, newest first.
    pub items: Vec<BotReplayedDto>,
}

impl From<Replay> for BotReplayDto {
    fn from(it: Replay) -> Self {
        let questions = it.questions;
        Self {
            thresholds: it.tried.into(),
            present: it.present.into(),
            totals: BotTotalsDto::of(questions.iter().map(|it| it.verdict)),
            present_totals: BotTotalsDto::of(questions.iter().map(|it| it.present)),
            items: questions
                .into_iter()
                .map(|it| BotReplayedDto {
                    text: it.text,
                    at: it.at,
                    outcome: it.verdict.as_str(),
                    present_outcome: it.present.as_str(),
                    confidence: it.confidence,
                    articles: it
                        .articles
                        .into_iter()
                        .map(|(id, title, confidence)| BotArticleDto {
                            id,
                            title,
                            confidence,
                        })
                        .collect(),
                    is_helpful: it.is_helpful,
                })
                .collect(),
        }
    }
}

/// What the bot would do with questions people have asked. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/bot/replay", tag = "bot",
    params(("id" = String, Path)), request_body = BotReplayBody,
    responses((status = 200, body = BotReplayDto)))]
pub async fn replay_bot(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
    Valid(body): Valid<BotReplayBody>,
) -> ApiResult<Json<BotReplayDto>> {
    let request = ReplayRequest {
        inbox: id,
        thresholds: body.thresholds.map(Into::into),
        source: match body.source {
            BotReplaySource::Questions => ReplaySource::Questions,
            BotReplaySource::Sessions => ReplaySource::Sessions,
        },
        limit: body.limit.unwrap_or(100).min(BOT_REPLAY_MAX),
    };
    let reader = app.clone();
    let played = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::replay(&reader, tx, ctx, &request)
        })
        .await?;
    Ok(Json(played.into()))
}
