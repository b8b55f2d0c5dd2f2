//! What the bot does about something a customer wrote: decided here, done by `turn`.

use zhiyin_domain::bot::{
    Asked, BotSettings, Choice, Means, Memory, OpinionKind, Pending, Tally, Thresholds, Verdict,
    WhenUnsure, bucket,
};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::flows::{Env, Input, Passage};
use zhiyin_domain::ids::{ArticleId, BotFlowId, ConversationId, QueueId, SessionId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Card, QuickReply};

use super::BotError;
use super::sources::{Found, Source, Sources};
use super::words::{Courtesy, Word, bare, courtesy, word};
use crate::Context;

/// Something the bot says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Speech {
    pub text: String,
    pub quick_replies: Vec<QuickReply>,
    pub cards: Vec<Card>,
}

/// Why a person goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// There was no answer.
    Unanswered,
    /// What was answered did not help.
    NotHelped,
    /// The customer sent a file, which the bot cannot read.
    File,
    /// A guided flow leads to a person.
    Flow,
}

/// Something the bot does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// Says something to the customer.
    Say(Speech),
    /// Keeps a question for the knowledge base, with how many articles may answer it.
    Keep(Locale, String, usize),
    /// Notes that the article was read after the kept question.
    Opened(ArticleId),
    /// Notes what the customer thinks of it.
    Helped(bool),
    /// Counts an opinion.
    Count(OpinionKind, usize, Tally),
    /// Counts a customer at a step of a flow.
    Step(BotFlowId, String, Passage),
    /// Writes an attribute of the contact down.
    Attribute(String, String),
    /// Sends a one-time code.
    SendCode(EmailAddress, String, Locale),
    /// Lets a person go on, in a queue if one is named.
    HandOver(Why, Option<QueueId>),
    /// Ends the session: the customer has what they came for.
    Resolve,
}

/// What decides besides what was said.
pub(super) struct Setting<'a> {
    pub settings: &'a BotSettings,
    pub thresholds: Thresholds,
    /// Whether somebody could go on now.
    pub is_open: bool,
    /// What flows know besides what was said.
    pub env: Env,
    /// The conversation and its session.
    pub place: (ConversationId, SessionId),
    /// The moment, and randomness.
    pub ctx: &'a Context,
}

/// What happened.
pub(super) enum Heard<'a> {
    /// The customer wrote.
    Said(&'a str),
    /// Something a flow waits for.
    Happened(Input),
}

const SHOWN: Tally = Tally {
    shown: 1,
    good: 0,
    bad: 0,
};
const GOOD: Tally = Tally {
    shown: 0,
    good: 1,
    bad: 0,
};
const BAD: Tally = Tally {
    shown: 0,
    good: 0,
    bad: 1,
};

/// Hears what the customer wrote or what else happened, and says what to do.
pub(super) fn hear(
    memory: &mut Memory,
    setting: &Setting<'_>,
    sources: &mut Sources<'_, '_>,
    heard: Heard<'_>,
) -> Result<Vec<Act>, BotError> {
    let locale = match &heard {
        Heard::Said(text) => listen(memory, text),
        Heard::Happened(_) => memory.locale.unwrap_or(Locale::En),
    };
    let mut mind = Mind {
        memory,
        setting,
        locale,
        acts: Vec::new(),
        input: None,
    };
    match heard {
        Heard::Said(text) if text.trim().is_empty() => mind.hand_over(Why::File),
        Heard::Said(text) => mind.understand(sources, text)?,
        Heard::Happened(input) => mind.input = Some(input),
    }
    while let Some(input) = mind.input.take() {
        mind.feed(sources, input)?;
    }
    Ok(mind.acts)
}

/// The language of what was written; that of before where letters do not tell.
fn listen(memory: &mut Memory, text: &str) -> Locale {
    let is_han = |c: char| zhiyin_language::words::is_han(c);
    if text.chars().any(is_han) {
        memory.locale = Some(Locale::ZhCn);
    } else if text.chars().filter(char::is_ascii_alphabetic).count() >= 2 {
        memory.locale = Some(Locale::En);
    }
    memory.locale.unwrap_or(Locale::En)
}

/// Thinks about one thing that happened.
pub(super) struct Mind<'a> {
    pub memory: &'a mut Memory,
    pub setting: &'a Setting<'a>,
    pub locale: Locale,
    pub acts: Vec<Act>,
    /// What a flow is to hear next.
    pub input: Option<Input>,
}

impl Mind<'_> {
    fn word(&self, it: Word) -> &'static str {
        word(it, self.locale)
    }

    fn reply(&self, it: Word) -> QuickReply {
        let text = self.word(it).to_owned();
        QuickReply {
            label: text.clone(),
            text,
        }
    }

    pub(super) fn say(&mut self, it: Word) {
        self.acts.push(Act::Say(Speech {
            text: self.word(it).to_owned(),
            ..Speech::default()
        }));
    }

    fn understand(&mut self, sources: &mut Sources<'_, '_>, text: &str) -> Result<(), BotError> {
        if self.memory.running().is_some() && !self.is_asking() {
            self.input = Some(Input::Said(text.to_owned()));
            return Ok(());
        }
        let wanted = bare(text);
        let choices = std::mem::take(&mut self.memory.choices);
        let pending = self.memory.pending.take();
        let picked = choices.iter().find(|it| bare(&it.text) == wanted);
        let means = match (picked, courtesy(text), &pending) {
            (Some(choice), _, _) => Some(choice.means),
            (None, Some(Courtesy::Yes | Courtesy::Thanks), Some(it)) if is_answer(it) => {
                Some(Means::Helped)
            }
            (None, Some(Courtesy::No), Some(it)) if is_answer(it) => Some(Means::NotHelped),
            (None, Some(Courtesy::No), Some(_)) => Some(Means::NoneOfThese),
            _ => None,
        };
        if let Some(means) = means {
            return self.picked(sources, means, pending);
        }
        if !self.is_asking() && self.is_triggered(sources, text)? {
            return Ok(());
        }
        match courtesy(text) {
            Some(Courtesy::Hello) => {
                if !self.is_greeted(sources, text)? {
                    self.say(Word::Hello);
                }
            }
            Some(Courtesy::Thanks) => self.say(Word::Welcome),
            Some(Courtesy::Yes | Courtesy::No) | None => {
                let found = sources.find(self.locale, text)?;
                let is_sure = found.confidence >= self.setting.thresholds.answer;
                if is_sure || self.is_asking() || !self.is_greeted(sources, text)? {
                    self.answer(text, found);
                } else {
                    let is_near = found.confidence >= self.setting.thresholds.suggest;
                    let shown = if is_near { found.sources.len() } else { 0 };
                    self.keep(text, &found, Verdict::PassedOn, shown);
                }
            }
        }
        Ok(())
    }

    /// The customer picked something, or said as much.
    fn picked(
        &mut self,
        sources: &mut Sources<'_, '_>,
        means: Means,
        pending: Option<Pending>,
    ) -> Result<(), BotError> {
        let count = |kind, tally| {
            let of = pending.as_ref().filter(|it| it.kind == kind);
            of.map(|it| Act::Count(kind, bucket(it.confidence), tally))
        };
        match means {
            Means::Helped => {
                self.acts.extend(count(OpinionKind::Answer, GOOD));
                self.acts.push(Act::Helped(true));
                self.memory.opinion(true);
                self.memory.misses = 0;
                if self.is_asking() {
                    self.input = Some(Input::Answered(true));
                } else {
                    self.say(Word::Glad);
                    self.acts.push(Act::Resolve);
                }
            }
            Means::NotHelped => {
                self.acts.extend(count(OpinionKind::Answer, BAD));
                self.acts.push(Act::Helped(false));
                self.memory.opinion(false);
                let others = pending.map(|it| it.others).unwrap_or_default();
                self.miss(Why::NotHelped, &others);
            }
            Means::NoneOfThese => {
                self.acts.extend(count(OpinionKind::Suggestion, BAD));
                self.acts.push(Act::Helped(false));
                self.memory.opinion(false);
                self.miss(Why::Unanswered, &[]);
            }
            Means::Article(id, locale) => {
                self.acts.extend(count(OpinionKind::Suggestion, GOOD));
                match sources.article(id, locale)? {
                    // It was taken away meanwhile.
                    None => self.miss(Why::Unanswered, &[]),
                    Some(source) => {
                        let sure = pending.map_or(1.0, |it| it.confidence);
                        self.show(&source, sure, Vec::new(), IsCounted::No);
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps a question for the knowledge base and for whoever takes over.
    fn keep(&mut self, text: &str, found: &Found, verdict: Verdict, shown: usize) {
        self.acts
            .push(Act::Keep(self.locale, text.to_owned(), shown));
        let titles = found.sources.iter().take(shown);
        self.memory.ask(Asked {
            text: text.to_owned(),
            verdict,
            titles: titles.map(|it| it.title.clone()).collect(),
            is_helpful: None,
        });
    }

    /// A question of the customer.
    pub(super) fn answer(&mut self, text: &str, found: Found) {
        let verdict = match found.sources.first() {
            None => Verdict::PassedOn,
            Some(_) => self.setting.thresholds.judge(found.confidence),
        };
        let shown = match verdict {
            Verdict::Answered => 1,
            Verdict::Suggested => found.sources.len(),
            Verdict::PassedOn => 0,
        };
        self.keep(text, &found, verdict, shown);
        let mut sources = found.sources.into_iter();
        match (verdict, sources.next()) {
            (Verdict::Answered, Some(first)) => {
                let others = sources.map(|it| (it.id, it.locale, it.title)).collect();
                self.show(&first, found.confidence, others, IsCounted::Yes);
            }
            (Verdict::Suggested, Some(first)) => {
                let all = std::iter::once(first).chain(sources);
                let all: Vec<_> = all.map(|it| (it.id, it.locale, it.title)).collect();
                let place = bucket(found.confidence);
                self.acts
                    .push(Act::Count(OpinionKind::Suggestion, place, SHOWN));
                self.suggest(&all, found.confidence);
            }
            (Verdict::PassedOn, _) | (_, None) => self.miss(Why::Unanswered, &[]),
        }
    }

    /// Shows an article as the answer.
    fn show(
        &mut self,
        source: &Source,
        confidence: f32,
        others: Vec<(ArticleId, Locale, String)>,
        is_counted: IsCounted,
    ) {
        self.acts.push(Act::Opened(source.id));
        if is_counted == IsCounted::Yes {
            let place = bucket(confidence);
            self.acts
                .push(Act::Count(OpinionKind::Answer, place, SHOWN));
        }
        let question = self.word(Word::DidItHelp);
        let text = if source.text.is_empty() {
            question.to_owned()
        } else {
            format!("{}\n\n{question}", source.text)
        };
        let quick_replies = [Word::Yes, Word::No, Word::Person].map(|it| self.reply(it));
        self.acts.push(Act::Say(Speech {
            text,
            quick_replies: quick_replies.into(),
            cards: vec![Card {
                title: source.title.clone(),
                text: None,
                image_url: None,
                url: Some(source.url.clone()),
            }],
        }));
        let choice = |it, means| Choice {
            text: word(it, self.locale).to_owned(),
            means,
        };
        self.memory.choices = vec![
            choice(Word::Yes, Means::Helped),
            choice(Word::No, Means::NotHelped),
        ];
        self.memory.pending = Some(Pending {
            kind: OpinionKind::Answer,
            // A picked suggestion says nothing of how sure an answer must be.
            confidence: if is_counted == IsCounted::Yes {
                confidence
            } else {
                1.0
            },
            others,
        });
    }

    /// Asks which article is meant.
    fn suggest(&mut self, all: &[(ArticleId, Locale, String)], confidence: f32) {
        let mut quick_replies: Vec<QuickReply> = Vec::new();
        for (id, locale, title) in all {
            quick_replies.push(QuickReply {
                label: title.clone(),
                text: title.clone(),
            });
            self.memory.choices.push(Choice {
                text: title.clone(),
                means: Means::Article(*id, *locale),
            });
        }
        quick_replies.push(self.reply(Word::NoneOfThese));
        quick_replies.push(self.reply(Word::Person));
        self.memory.choices.push(Choice {
            text: self.word(Word::NoneOfThese).to_owned(),
            means: Means::NoneOfThese,
        });
        self.memory.pending = Some(Pending {
            kind: OpinionKind::Suggestion,
            confidence,
            others: Vec::new(),
        });
        self.acts.push(Act::Say(Speech {
            text: self.word(Word::OneOfThese).to_owned(),
            quick_replies,
            cards: Vec::new(),
        }));
    }

    /// A question is still open: other articles, other words, or a person.
    fn miss(&mut self, why: Why, others: &[(ArticleId, Locale, String)]) {
        if self.is_asking() {
            self.input = Some(Input::Answered(false));
            return;
        }
        self.memory.misses = self.memory.misses.saturating_add(1);
        let settings = self.setting.settings;
        let is_over = self.memory.misses >= settings.tries_max;
        if !is_over && !others.is_empty() {
            // Opinions on these are not counted: they were not suggested for how sure it was.
            self.suggest(others, 1.0);
            self.memory.pending = None;
            return;
        }
        if is_over || settings.when_unsure == WhenUnsure::Person {
            self.hand_over(why);
            return;
        }
        self.acts.push(Act::Say(Speech {
            text: self.word(Word::OtherWords).to_owned(),
            quick_replies: vec![self.reply(Word::Person)],
            cards: Vec::new(),
        }));
    }

    pub(super) fn hand_over(&mut self, why: Why) {
        self.say(if self.setting.is_open {
            Word::HandOver
        } else {
            Word::LeaveMessage
        });
        self.acts.push(Act::HandOver(why, None));
    }
}

/// Whether an answer tells something about how sure the bot must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IsCounted {
    Yes,
    No,
}

fn is_answer(pending: &Pending) -> bool {
    pending.kind == OpinionKind::Answer
}
