//! Cases for the tests of this module.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;

use crate::calendars::{BusinessTime, CalendarRules};
use crate::conversation::Priority;
use crate::ids::{AgentId, CaseId, CaseTypeId, ContactId, TeamId};
use crate::time::Timestamp;

use super::case::{Case, Source};
use super::number::CaseNumber;
use super::ownership::Ownership;
use super::status::CaseStatus;

pub fn agent(number: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(number))
}

pub fn team(number: u128) -> TeamId {
    TeamId::from_uuid(Uuid::from_u128(number))
}

pub fn case_id(number: u128) -> CaseId {
    CaseId::from_uuid(Uuid::from_u128(number))
}

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(seconds))
}

pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Monday to Friday from 9 to 18 in UTC.
pub fn office() -> BusinessTime {
    BusinessTime::new(&CalendarRules::default()).expect("the default calendar")
}

/// A case of its own customer, with an owner of its own.
pub fn case(number: u128) -> Case {
    let uuid = Uuid::from_u128(number);
    Case {
        id: case_id(number),
        number: CaseNumber::of(i64::try_from(number).expect("small")).expect("positive"),
        type_id: CaseTypeId::from_uuid(Uuid::from_u128(1)),
        type_version: 1,
        is_complaint: false,
        title: "Kettle leaks".to_owned(),
        contact_id: Some(ContactId::from_uuid(uuid)),
        account_id: None,
        source: Source::Manual,
        status: CaseStatus::New,
        label: None,
        priority: Priority::Normal,
        ownership: Ownership::first(agent(100 + number), Timestamp::EPOCH),
        team_id: None,
        watcher_ids: BTreeSet::new(),
        merged_into: None,
        reopen_count: 0,
        created_at: Timestamp::EPOCH,
        version: 1,
    }
}

pub fn complaint_case(number: u128) -> Case {
    Case {
        is_complaint: true,
        ..case(number)
    }
}
