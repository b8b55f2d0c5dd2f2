//! Skills, profiles and queues of the sample company, and whose own agent somebody is. The
//! inboxes get their queues last: what was said before stays with who had it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, QueueId, SkillId, TeamId};
use zhiyin_domain::inbox::Localized;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::routing::{
    Capacity, Continuity, Delivery, Ease, EaseStep, InboxRouting, OutOfHours, OutOfHoursMode,
    Priorities, Queue, SkillLevel,
};
use zhiyin_domain::tier::Tier;
use zhiyin_store::{Tx, contacts};

use super::company::Made;
use super::plan::Customer;
use super::texts::Texts;
use super::{DemoError, history};
use crate::inboxes::{InboxPatch, update_inbox};
use crate::routing::{NewQueue, ProfileChange, create_queue, create_skill, set_profile};
use crate::{App, Context, Principal};

/// Skills by key, in Chinese and English.
const SKILLS: [(&str, &str, &str); 4] = [
    ("tea", "茶叶知识", "Tea"),
    ("ceramics", "瓷器知识", "Ceramics"),
    ("returns", "退换货", "Returns"),
    ("delivery", "物流", "Delivery"),
];

/// Who is how good at what.
const LEVELS: [(&str, &[(&str, u8)]); 6] = [
    (
        "martin",
        &[("tea", 4), ("ceramics", 4), ("returns", 5), ("delivery", 4)],
    ),
    ("ruoxi", &[("tea", 5), ("ceramics", 4)]),
    ("jiamu", &[("tea", 3), ("delivery", 4)]),
    ("anran", &[("returns", 5), ("ceramics", 3)]),
    ("shuyan", &[("returns", 4), ("delivery", 5)]),
    ("emily", &[("tea", 3), ("returns", 3), ("delivery", 3)]),
];

/// Queues by key: name in Chinese and English, teams.
const QUEUES: [(&str, &str, &str, &[&str]); 3] = [
    ("presales", "售前咨询", "Pre-sales", &["presales"]),
    (
        "aftersales",
        "售后服务",
        "After-sales",
        &["aftersales", "orders"],
    ),
    ("intl", "国际站", "International", &[]),
];

/// Which inbox leads to which queue.
const ROUTES: [(&str, &str); 2] = [("cn", "presales"), ("intl", "intl")];

/// Whose customers the dearest one is.
const DEDICATED: &str = "ruoxi";

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError::Texts(format!("routing: {error}"))
}

const fn in_words<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

/// What the plan needs besides the constants.
struct Plan {
    locale: Locale,
    made: Parts,
    languages: BTreeMap<String, Vec<Locale>>,
    dearest: Option<(Tier, zhiyin_domain::ids::ContactId)>,
}

struct Parts {
    agents: BTreeMap<String, AgentId>,
    teams: BTreeMap<String, TeamId>,
    inboxes: BTreeMap<String, zhiyin_domain::ids::InboxId>,
}

/// Sets everything up, as the administrator would.
pub async fn create(
    app: &App,
    texts: &Texts,
    made: &Made,
    customers: &Arc<Vec<Customer>>,
) -> Result<(), DemoError> {
    let agents = &texts.company.agents;
    let admin = agents.iter().find(|one| one.role == "administrator");
    let admin = admin.and_then(|one| made.agents.get(&one.key).copied());
    let admin = admin.ok_or_else(|| wrong("no administrator"))?;
    let languages = agents.iter();
    let languages = languages.map(|it| (it.key.clone(), it.languages.clone()));
    let ranks = customers.iter();
    let ranks = ranks.map(|it| (it.contact.tier, it.contact.id));
    let plan = Plan {
        locale: texts.company.workspace.locale,
        made: Parts {
            agents: made.agents.clone(),
            teams: made.teams.clone(),
            inboxes: made.inboxes.clone(),
        },
        languages: languages.collect(),
        dearest: ranks.max(),
    };
    let (principal, app_then) = (Principal::system(made.workspace, "demo"), app.clone());
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(admin), ctx.now());
        plan.write(tx, &ctx)
    })
    .await
}

impl Plan {
    fn write(&self, tx: &mut Tx<'_>, ctx: &Context) -> Result<(), DemoError> {
        let mut skills = BTreeMap::new();
        for (key, zh, en) in SKILLS {
            let name = in_words(self.locale, zh, en);
            let made = create_skill(tx, ctx, name).map_err(DemoError::refused)?;
            skills.insert(key, made.skill.id);
        }
        for (key, languages) in &self.languages {
            self.describe(tx, ctx, (key, languages), &skills)?;
        }
        let mut queues = BTreeMap::new();
        for (key, zh, en, teams) in QUEUES {
            let new = self.queue(in_words(self.locale, zh, en), teams);
            let made = create_queue(tx, ctx, &new).map_err(DemoError::refused)?;
            queues.insert(key, made.queue.id());
        }
        self.give_dearest(tx)?;
        self.route(tx, ctx, &queues)
    }

    fn describe(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        (key, languages): (&str, &[Locale]),
        skills: &BTreeMap<&str, SkillId>,
    ) -> Result<(), DemoError> {
        let Some(agent) = self.made.agents.get(key) else {
            return Ok(());
        };
        let levels = LEVELS.iter().find(|(of, _)| *of == key);
        let levels = levels.map_or(&[] as &[(&str, u8)], |(_, levels)| levels);
        let mut has = BTreeMap::new();
        for (skill, level) in levels {
            if let (Some(id), Ok(level)) = (skills.get(skill), SkillLevel::try_from(*level)) {
                has.insert(*id, level);
            }
        }
        let mut speaks = BTreeSet::new();
        for language in languages {
            speaks.insert(language.as_str().parse().map_err(wrong)?);
        }
        let change = ProfileChange {
            skills: has,
            languages: speaks,
            capacity: Capacity::default(),
            calendar_id: None,
            version: None,
        };
        set_profile(tx, ctx, *agent, change).map_err(DemoError::refused)?;
        Ok(())
    }

    fn queue(&self, name: &str, teams: &[&str]) -> NewQueue {
        let nobody = QueueId::from_uuid(uuid::Uuid::nil());
        let teams: BTreeSet<TeamId> = teams
            .iter()
            .filter_map(|key| self.made.teams.get(*key).copied())
            .collect();
        let mut eases = vec![EaseStep {
            after_s: 90,
            ease: Ease::DropLanguage,
        }];
        if !teams.is_empty() {
            eases.insert(
                0,
                EaseStep {
                    after_s: 45,
                    ease: Ease::AnyTeam,
                },
            );
        }
        let tier = |number| Tier::try_from(number).unwrap_or_default();
        let notice = |zh: &str, en: &str| -> Localized {
            [(Locale::ZhCn, zh.to_owned()), (Locale::En, en.to_owned())].into()
        };
        NewQueue {
            name: name.to_owned(),
            policy: Queue {
                teams,
                priorities: Priorities {
                    tier_s: [(tier(3), 60), (tier(6), 180), (tier(9), 300)].into(),
                    severity_s: [(Priority::High, 120), (Priority::Urgent, 600)].into(),
                    stage_s: BTreeMap::new(),
                },
                continuity: Continuity::default(),
                eases,
                delivery: Delivery::Offer { expires_s: 20 },
                ..Queue::new(nobody)
            },
            calendar_id: None,
            out_of_hours: OutOfHours {
                mode: OutOfHoursMode::Wait,
                reply_within_s: 4 * 3600,
                text: notice(
                    "现在是休息时间，我们会尽快回复您。",
                    "We are out of the office and will answer as soon as we are back.",
                ),
            },
        }
    }

    fn give_dearest(&self, tx: &mut Tx<'_>) -> Result<(), DemoError> {
        let Some((_, id)) = self.dearest else {
            return Ok(());
        };
        if let Some(mut contact) = contacts::get_for_update(tx, id)? {
            contact.dedicated_agent_id = self.made.agents.get(DEDICATED).copied();
            contacts::save(tx, &contact)?;
        }
        Ok(())
    }

    fn route(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        queues: &BTreeMap<&str, QueueId>,
    ) -> Result<(), DemoError> {
        for (inbox, queue) in ROUTES {
            let Some(inbox) = self.made.inboxes.get(inbox) else {
                continue;
            };
            let patch = InboxPatch {
                routing: Some(InboxRouting {
                    queue_id: queues.get(queue).copied(),
                    ..InboxRouting::default()
                }),
                ..InboxPatch::default()
            };
            update_inbox(tx, ctx, *inbox, &patch).map_err(DemoError::refused)?;
        }
        Ok(())
    }
}
