//! The plan of the past: which customer comes when, with which words, to whom.
//!
//! Chance comes from a seed, so the same plan is made every time but for identifiers and
//! the present day.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zhiyin_domain::contact::{Attributes, Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::ids::{AgentId, TagId, TeamId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::ratings::RatingDimensions;
use zhiyin_domain::time::Timestamp;

use super::DemoError;
use super::company::Made;
use super::settings::Knowledge;
use super::texts::{Dialogue, InboxText, PersonName, Speaker, Texts};
use crate::Context;
use crate::conversations::{NewMessage, Prepared};
use crate::ratings::RatingInput;

const DAYS: u64 = 90;
const HOUR: Duration = Duration::from_hours(1);
/// Conversations that are still going on when the demo starts.
const OPEN: usize = 16;
/// One in this many customers has been here before.
const RETURNS: u32 = 4;
/// Share of contacts by hour of the day in Shanghai.
const BY_HOUR: [u32; 24] = [
    1, 0, 0, 0, 0, 0, 1, 2, 5, 10, 14, 13, 9, 10, 13, 13, 11, 9, 9, 12, 15, 13, 8, 3,
];

/// One session to be played.
pub(super) struct Session {
    pub(super) at: Timestamp,
    pub(super) who: usize,
    pub(super) lines: Vec<Step>,
    pub(super) tags: Vec<TagId>,
    pub(super) team: Option<TeamId>,
    pub(super) rating: Option<RatingInput>,
    pub(super) is_resolved: bool,
    /// Whether its agent has written a message that is sent tomorrow.
    pub(super) follows_up: bool,
}

/// One line of a session.
pub(super) struct Step {
    pub(super) after: Duration,
    pub(super) speaker: Speaker,
    pub(super) message: Prepared,
    /// Who writes it, or hands over with it.
    pub(super) agent: Option<AgentId>,
    /// Who has it afterwards.
    pub(super) next: Option<(AgentId, TeamId)>,
}

/// A customer of the sample company.
pub(super) struct Customer {
    pub(super) contact: Contact,
    pub(super) identity: Identity,
    pub(super) locale: Locale,
    pub(super) name: PersonName,
    pub(super) inbox: String,
}

/// Chance with the helpers the plan needs.
struct Dice(StdRng);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            0
        } else {
            self.0.random_range(0..end)
        }
    }

    fn pick<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        let index = self.below(list.len());
        list.get(index)
    }

    fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut rest = self.0.random_range(0..total.max(1));
        for (index, weight) in weights.enumerate() {
            if rest < weight {
                return index;
            }
            rest -= weight;
        }
        0
    }
}

/// Makes the plan.
pub(super) struct Planner<'a> {
    dice: Dice,
    texts: &'a Texts,
    made: &'a Made,
    ctx: &'a Context,
    knowledge: Knowledge,
    /// Everybody who comes, in the order of their first visit.
    pub(super) customers: Vec<Customer>,
}

impl<'a> Planner<'a> {
    /// A planner for what was made of the texts.
    pub(super) fn new(texts: &'a Texts, made: &'a Made, ctx: &'a Context) -> Self {
        Self {
            dice: Dice(StdRng::seed_from_u64(20_260_401)),
            texts,
            made,
            ctx,
            knowledge: Knowledge::new(),
            customers: Vec::new(),
        }
    }

    pub(super) fn plan(&mut self, sessions: usize) -> Result<Vec<Session>, DemoError> {
        let mut times: Vec<Timestamp> = (0..sessions).map(|_| self.time()).collect();
        times.sort_unstable();
        let mut plan = Vec::with_capacity(sessions + OPEN);
        for at in times {
            plan.push(self.session(at, true)?);
        }
        if let Some(last) = plan.last_mut() {
            last.follows_up = true;
        }
        for _ in 0..OPEN {
            let minutes = u64::try_from(self.dice.below(55) + 1).unwrap_or(1);
            let at = self.ctx.now().minus(Duration::from_secs(minutes * 60));
            plan.push(self.session(at, false)?);
        }
        Ok(plan)
    }

    /// A moment of the last ninety days, as busy as days and hours are, ending four hours ago.
    fn time(&mut self) -> Timestamp {
        let day = u64::try_from(self.dice.below(usize::try_from(DAYS).unwrap_or(90))).unwrap_or(0);
        let hour = u64::try_from(self.dice.weighted(BY_HOUR.iter().copied())).unwrap_or(12);
        let second = u64::try_from(self.dice.below(3600)).unwrap_or(0);
        let now = self.ctx.now();
        let latest = now.minus(4 * HOUR);
        let shanghai = Duration::from_hours(8);
        let day_us = 24 * 3600 * 1_000_000;
        let midnight =
            Timestamp::from_micros(now.plus(shanghai).as_micros().div_euclid(day_us) * day_us)
                .minus(shanghai)
                .minus(Duration::from_secs(day * 24 * 3600));
        midnight
            .plus(Duration::from_secs(hour * 3600 + second))
            .min(latest.minus(Duration::from_secs(second)))
    }

    fn session(&mut self, at: Timestamp, is_resolved: bool) -> Result<Session, DemoError> {
        let returns =
            is_resolved && self.customers.len() > 40 && self.dice.below(RETURNS as usize) == 0;
        let who = if returns {
            self.dice.below(self.customers.len())
        } else {
            self.customer(at)
        };
        let (locale, inbox_key) = {
            let customer = &self.customers[who];
            (customer.locale, customer.inbox.clone())
        };
        let dialogues = self
            .texts
            .dialogues
            .get(&locale)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let dialogue = self
            .dice
            .pick(dialogues)
            .ok_or_else(|| DemoError::Texts("no dialogues".to_owned()))?;
        let words = self.words(dialogue, who);
        let team_key = self
            .texts
            .company
            .topics
            .iter()
            .find(|topic| topic.key == dialogue.topic);
        let team = team_key.and_then(|topic| self.made.teams.get(&topic.team).copied());
        let tags = dialogue
            .tags
            .iter()
            .filter_map(|key| self.made.tags.get(key).copied())
            .collect();
        let lines = self.lines(dialogue, &words, locale, &inbox_key, is_resolved)?;
        let rating = dialogue
            .rating
            .as_ref()
            .filter(|_| is_resolved)
            .map(|rating| RatingInput {
                session_id: self.ctx.id(),
                score: rating.score,
                comment: rating.comment.clone(),
                dimensions: rating
                    .dimensions
                    .unwrap_or_else(|| dimensions(at, rating.score)),
                expected: None,
            });
        Ok(Session {
            at,
            who,
            lines,
            tags,
            team,
            rating,
            is_resolved,
            follows_up: false,
        })
    }

    /// The lines with their words filled in. One that is still going on stops behind a line
    /// of the customer, often before anybody has answered.
    fn lines(
        &mut self,
        dialogue: &Dialogue,
        words: &BTreeMap<&str, String>,
        locale: Locale,
        inbox: &str,
        is_resolved: bool,
    ) -> Result<Vec<Step>, DemoError> {
        let end = if is_resolved {
            dialogue.lines.len()
        } else {
            self.cut(dialogue)
        };
        let mut agent = self.agent(locale, inbox, None, None);
        let mut steps = Vec::with_capacity(end);
        for line in &dialogue.lines[..end] {
            let text = fill(&line.text, words);
            let kind = if line.from == Speaker::Note {
                MessageKind::Note
            } else {
                MessageKind::Text
            };
            let message = NewMessage {
                client_id: None,
                kind,
                text,
                reply_to_id: None,
                attachment_ids: Vec::new(),
                mentions: Vec::new(),
            };
            let mut step = Step {
                after: Duration::from_secs(u64::from(line.gap_s)),
                speaker: line.from,
                message: message.prepare().map_err(DemoError::refused)?,
                agent,
                next: None,
            };
            if let Some(team_key) = &line.transfer_to {
                let other = self.agent(locale, inbox, Some(team_key), agent);
                step.next = other.zip(self.made.teams.get(team_key).copied());
                agent = other.or(agent);
            }
            steps.push(step);
        }
        Ok(steps)
    }

    /// Where a dialogue that is still going on has got to.
    fn cut(&mut self, dialogue: &Dialogue) -> usize {
        let places: Vec<usize> = dialogue
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.from == Speaker::Customer)
            .map(|(index, _)| index + 1)
            .collect();
        let early = places.len().min(4);
        self.dice.pick(&places[..early]).copied().unwrap_or(1)
    }

    /// An agent who works in the inbox, speaks the language, is of the team, and is not `not`.
    fn agent(
        &mut self,
        locale: Locale,
        inbox: &str,
        team: Option<&str>,
        not: Option<AgentId>,
    ) -> Option<AgentId> {
        let candidates: Vec<_> = self
            .texts
            .company
            .agents
            .iter()
            .filter(|agent| agent.weight > 0 && agent.inboxes.iter().any(|key| key == inbox))
            .filter(|agent| agent.languages.contains(&locale))
            .filter(|agent| team.is_none_or(|team| agent.teams.iter().any(|key| key == team)))
            .filter(|agent| self.made.agents.get(&agent.key).copied() != not || not.is_none())
            .collect();
        let index = self
            .dice
            .weighted(candidates.iter().map(|agent| agent.weight));
        candidates
            .get(index)
            .and_then(|agent| self.made.agents.get(&agent.key).copied())
    }

    /// A new customer who comes for the first time at `at`.
    fn customer(&mut self, at: Timestamp) -> usize {
        let inbox: &InboxText =
            &self.texts.company.inboxes[self.dice.weighted([62, 38].into_iter())];
        let locale = inbox.settings.default_locale;
        let names = match locale {
            Locale::ZhCn => &self.texts.vocabulary.names_zh,
            Locale::En => &self.texts.vocabulary.names_en,
        };
        let index = self.dice.below(names.len());
        let name = names[index].clone();
        let knows_name = self.dice.below(10) < 8;
        let is_verified = self.dice.below(10) < 6;
        let number = 10_000 + self.customers.len();
        let mut contact = Contact {
            id: self.ctx.id(),
            account_id: None,
            personal: Personal {
                name: if knows_name {
                    name.name.clone()
                } else {
                    String::new()
                },
                email: None,
                phone: None,
                attributes: Attributes::new(),
            },
            locale: locale.as_str().to_owned(),
            attributes: Attributes::from([
                ("surname".to_owned(), name.surname.clone()),
                ("salutation".to_owned(), name.salutation.clone()),
            ]),
            context: VisitContext {
                page_url: Some(format!("https://qingyu.example/{}/", inbox.key)),
                page_title: inbox.settings.title.get(&locale).cloned(),
                ..VisitContext::default()
            },
            is_verified,
            is_blocked: false,
            tier: zhiyin_domain::tier::Tier::BASE,
            dedicated_agent_id: None,
            created_at: at,
            last_seen_at: at,
            version: 1,
        };
        self.knowledge.tell(&mut contact, number);
        let identity = Identity {
            id: self.ctx.id(),
            inbox_id: self.made.inboxes[&inbox.key],
            contact_id: contact.id,
            kind: if is_verified {
                IdentityKind::Verified
            } else {
                IdentityKind::Anonymous
            },
            external_id: format!("user:{number}"),
            created_at: at,
        };
        self.customers.push(Customer {
            contact,
            identity,
            locale,
            name,
            inbox: inbox.key.clone(),
        });
        self.customers.len() - 1
    }

    /// The words that fill the placeholders of a dialogue.
    fn words(&mut self, dialogue: &Dialogue, who: usize) -> BTreeMap<&'static str, String> {
        let (locale, name) = (self.customers[who].locale, self.customers[who].name.clone());
        let vocabulary = &self.texts.vocabulary;
        let is_kind = |kind: &String| {
            dialogue.product_kinds.is_empty() || dialogue.product_kinds.contains(kind)
        };
        let products: Vec<_> = vocabulary
            .products
            .iter()
            .filter(|product| is_kind(&product.kind))
            .collect();
        let market = dialogue.market.clone().unwrap_or_else(|| {
            if locale == Locale::ZhCn {
                "cn".to_owned()
            } else {
                "intl".to_owned()
            }
        });
        let cities: Vec<_> = vocabulary
            .cities
            .iter()
            .filter(|city| city.market == market)
            .collect();
        let product = self.dice.pick(&products).map(|product| match locale {
            Locale::ZhCn => product.zh.clone(),
            Locale::En => product.en.clone(),
        });
        let city = self.dice.pick(&cities).map(|city| match locale {
            Locale::ZhCn => city.zh.clone(),
            Locale::En => city.en.clone(),
        });
        let order = self
            .dice
            .pick(&vocabulary.patterns.order)
            .cloned()
            .unwrap_or_default();
        let tracking = vocabulary
            .patterns
            .tracking
            .get(&locale)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let tracking = self.dice.pick(tracking).cloned().unwrap_or_default();
        BTreeMap::from([
            ("name", name.name),
            ("product", product.unwrap_or_default()),
            ("city", city.unwrap_or_default()),
            ("order", self.digits(&order)),
            ("tracking", self.digits(&tracking)),
        ])
    }

    fn digits(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| {
                if c == '#' {
                    char::from(b'0' + u8::try_from(self.dice.below(10)).unwrap_or(0))
                } else {
                    c
                }
            })
            .collect()
    }
}

/// Details around a score, from every third customer who rated.
fn dimensions(at: Timestamp, score: u8) -> RatingDimensions {
    let chance = at.as_millis().unsigned_abs() / 1000;
    if !chance.is_multiple_of(3) {
        return RatingDimensions::default();
    }
    let around = |place: u32| {
        let step = u8::try_from((chance >> (2 * place)) % 3).unwrap_or(1);
        Some((score + step).saturating_sub(1).clamp(1, 5))
    };
    RatingDimensions {
        accurate: around(1),
        convenient: around(2),
        fast: around(3),
        comfortable: around(4),
        attitude: around(5),
    }
}

fn fill(text: &str, words: &BTreeMap<&str, String>) -> String {
    words.iter().fold(text.to_owned(), |text, (key, word)| {
        text.replace(&format!("{{{{{key}}}}}"), word)
    })
}
