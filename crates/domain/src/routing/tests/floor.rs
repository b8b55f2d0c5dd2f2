//! A small floor for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use uuid::Uuid;

use crate::conversation::Priority;
use crate::identity::agent::Presence;
use crate::ids::{AgentId, ConversationId, QueueId, QueueItemId, SessionId, SkillId, TeamId};
use crate::routing::*;
use crate::tier::Tier;
use crate::time::Timestamp;

pub fn uuid(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

pub fn agent(number: u32) -> AgentId {
    AgentId::from_uuid(uuid(number))
}

pub fn item_id(number: u32) -> QueueItemId {
    QueueItemId::from_uuid(uuid(number))
}

pub fn queue_id() -> QueueId {
    QueueId::from_uuid(uuid(0))
}

pub fn skill(number: u32) -> SkillId {
    SkillId::from_uuid(uuid(number))
}

pub fn team(number: u32) -> TeamId {
    TeamId::from_uuid(uuid(number))
}

pub fn level(number: u8) -> SkillLevel {
    SkillLevel::try_from(number).expect("a level")
}

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(seconds))
}

pub fn item(number: u32, entered: u64) -> QueueItem {
    QueueItem {
        id: item_id(number),
        conversation_id: ConversationId::from_uuid(uuid(number)),
        session_id: SessionId::from_uuid(uuid(number)),
        queue_id: queue_id(),
        entered_at: at(entered),
        kind: WorkKind::Chat,
        needs: Vec::new(),
        language: None,
        tier: Tier::BASE,
        severity: Priority::Normal,
        stage: None,
        last_agent: None,
        dedicated: Vec::new(),
    }
}

pub fn need(number: u32, least: u8) -> SkillNeed {
    SkillNeed {
        skill_id: skill(number),
        level: level(least),
    }
}

pub fn profile(number: u32, chats: u32) -> AgentProfile {
    AgentProfile {
        id: agent(number),
        skills: BTreeMap::new(),
        languages: BTreeSet::new(),
        teams: BTreeSet::new(),
        capacity: Capacity::only(WorkKind::Chat, chats),
    }
}

pub fn skilled(number: u32, skills: &[(u32, u8)]) -> AgentProfile {
    let skills = skills
        .iter()
        .map(|(number, grade)| (skill(*number), level(*grade)));
    AgentProfile {
        skills: skills.collect(),
        ..profile(number, 1)
    }
}

/// A queue that gives work at once, with what a test changes.
pub fn direct(change: impl FnOnce(&mut Queue)) -> Router {
    let mut queue = Queue::new(queue_id());
    queue.delivery = Delivery::Direct {
        answer_within_s: None,
    };
    change(&mut queue);
    assert_eq!(queue.check(), Ok(()));
    let mut router = Router::new(RouterSettings::default());
    router.upsert_queue(queue, at(0));
    router
}

/// A queue that asks, with 20 seconds to answer.
pub fn asking() -> Router {
    direct(|queue| queue.delivery = Delivery::Offer { expires_s: 20 })
}

pub fn come(router: &mut Router, profile: AgentProfile, now: u64) {
    let id = profile.id;
    router.upsert_agent(profile, at(now));
    router
        .set_presence(id, Presence::Online, at(now))
        .expect("known");
}

/// Who gets what, as numbers.
pub fn decided(router: &mut Router, now: u64) -> Vec<(u32, u32, Reason)> {
    let number = |uuid: Uuid| u32::try_from(uuid.as_u128() - 1).expect("small");
    let decisions = router.drain(at(now));
    decisions
        .iter()
        .map(|d| {
            (
                number(d.item_id.uuid()),
                number(d.agent_id.uuid()),
                d.explanation.reason,
            )
        })
        .collect()
}
