//! What reports of several features have in common: groups with their names, and picking one
//! of them to see what is behind its number.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use zhiyin_domain::ids::{AgentId, InboxId, TeamId};
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::{StoreError, Tx, inboxes};

/// Rows listed behind a number.
pub(crate) const LINES_MAX: usize = 50;

/// A group of a report, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick<T> {
    /// Everything.
    #[default]
    Any,
    /// What belongs to none.
    Missing,
    /// What belongs to this one.
    One(T),
}

impl<T: PartialEq> Pick<T> {
    /// Whether something belongs to the group.
    pub fn takes(&self, it: Option<&T>) -> bool {
        match self {
            Self::Any => true,
            Self::Missing => it.is_none(),
            Self::One(one) => it == Some(one),
        }
    }
}

/// `none`, or an identifier.
impl<T: FromStr> FromStr for Pick<T> {
    type Err = T::Err;
    fn from_str(text: &str) -> Result<Self, T::Err> {
        match text {
            "none" => Ok(Self::Missing),
            text => text.parse().map(Self::One),
        }
    }
}

/// A group with its numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group<N> {
    /// What tells it from others; none is what belongs to none.
    pub key: Option<String>,
    /// What people call it; empty while unknown.
    pub name: String,
    /// The numbers.
    pub numbers: N,
}

/// Numbers by group, in the order of their keys.
pub(crate) fn groups<K: Display, N>(
    numbers: BTreeMap<Option<K>, N>,
    mut name: impl FnMut(&K) -> Result<String, StoreError>,
) -> Result<Vec<Group<N>>, StoreError> {
    numbers
        .into_iter()
        .map(|(key, numbers)| {
            Ok(Group {
                name: match &key {
                    None => String::new(),
                    Some(key) => name(key)?,
                },
                key: key.map(|key| key.to_string()),
                numbers,
            })
        })
        .collect()
}

/// What people call an agent.
pub(crate) fn agent(tx: &mut Tx<'_>, id: AgentId) -> Result<String, StoreError> {
    let found = agents::get(tx, id)?;
    Ok(found.map_or_else(String::new, |it| it.name.into_string()))
}

/// What people call a team.
pub(crate) fn team(tx: &mut Tx<'_>, id: TeamId) -> Result<String, StoreError> {
    let found = teams::get(tx, id)?;
    Ok(found.map_or_else(String::new, |it| it.name.into_string()))
}

/// What people call an inbox.
pub(crate) fn inbox(tx: &mut Tx<'_>, id: InboxId) -> Result<String, StoreError> {
    let found = inboxes::get(tx, id)?;
    Ok(found.map_or_else(String::new, |it| it.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_picked_by_its_key_or_by_none() {
        let any = Pick::<u8>::default();
        assert!(any.takes(None) && any.takes(Some(&1)));
        let none: Pick<u8> = "none".parse().expect("none");
        assert!(none.takes(None) && !none.takes(Some(&1)));
        let one: Pick<u8> = "1".parse().expect("a key");
        assert!(!one.takes(None) && one.takes(Some(&1)) && !one.takes(Some(&2)));
        assert!("x".parse::<Pick<u8>>().is_err());
    }

    #[test]
    fn what_belongs_to_none_has_no_name() {
        let numbers = BTreeMap::from([(None, 1), (Some(7), 2)]);
        let found = groups(numbers, |key| Ok(format!("no. {key}"))).expect("names");
        let shown: Vec<_> = found
            .iter()
            .map(|it| (it.key.as_deref(), it.name.as_str(), it.numbers))
            .collect();
        assert_eq!(shown, [(None, "", 1), (Some("7"), "no. 7", 2)]);
    }
}
