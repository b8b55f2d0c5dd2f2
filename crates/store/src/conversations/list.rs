//! Pages of conversations.
//!
//! What an agent may see is a union of inboxes, teams and their own. Each part is read on
//! its own index, in order, at most one page; the pages are merged. So the first page
//! costs the same with a thousand conversations and with a million.

use std::collections::BTreeSet;

use zhiyin_domain::ids::{AgentId, ConversationId, InboxId, TagId, TeamId};
use zhiyin_domain::permission::Visibility;

use super::matching::SavedFilter;
use super::order::{ListCursor, Order, Sequence};
use super::{ConversationView, VIEW_FROM, read_view, view_columns};
use crate::{StoreError, ToValue, Tx, Value};

/// Conversations of one part that are looked at for one page of a saved view.
pub const SCAN_ROWS: u32 = 10_000;

/// Which conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// All that may be seen.
    All,
    /// Those of an agent.
    Assignee(AgentId),
    /// Those nobody has.
    Unassigned,
    /// Those of a team.
    Team(TeamId),
    /// Those in which the agent was called by a note.
    Mentions(AgentId),
    /// Those the agent follows.
    Followed(AgentId),
}

/// In which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    /// With work to do.
    Open,
    /// Put aside.
    Snoozed,
    /// Done.
    Resolved,
    /// Any.
    Any,
}

impl StatusFilter {
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["open"],
            Self::Snoozed => &["snoozed"],
            Self::Resolved => &["resolved"],
            Self::Any => &["open", "snoozed", "resolved"],
        }
    }
}

/// What to list.
#[derive(Debug, Clone)]
pub struct ListFilter {
    /// Which.
    pub view: View,
    /// In which status.
    pub status: StatusFilter,
    /// Only of this inbox.
    pub inbox: Option<InboxId>,
    /// Only with this tag.
    pub tag: Option<TagId>,
    /// Only what a saved view shows besides.
    pub saved: Option<SavedFilter>,
    /// In which order.
    pub order: Order,
}

/// After which place, and up to which one.
type Range = (Option<ListCursor>, Option<ListCursor>);

/// One indexed part of what is listed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Workspace,
    Inbox(InboxId),
    Team(TeamId),
    Assignee(AgentId),
}

/// A statement in the making: text and parameters grow together.
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) params: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            params: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn bind(&mut self, value: impl ToValue) -> String {
        self.params.push(value.to_value());
        format!("${}", self.params.len())
    }

    /// One more column of an `UPDATE` that sets one already.
    pub(crate) fn set(&mut self, column: &str, value: impl ToValue) {
        let place = self.bind(value);
        self.text.push_str(", ");
        self.text.push_str(column);
        self.text.push_str(" = ");
        self.text.push_str(&place);
    }

    pub(crate) fn and(&mut self, condition: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
    }

    pub(crate) fn and_eq(&mut self, column: &str, value: impl ToValue) {
        let place = self.bind(value);
        self.and(&format!("{column} = {place}"));
    }
}

/// A page with where the next one begins.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// At most as many as asked for, in order. A page may be short, even empty, and still
    /// not be the last one: a view that shows little is searched piece by piece.
    pub rows: Vec<ConversationView>,
    /// Where to go on, if there may be more.
    pub next: Option<ListCursor>,
}

/// A page of at most `limit` conversations with its end. With a saved view it looks at no
/// more than [`SCAN_ROWS`] of each part, so that a view that shows next to nothing answers
/// as fast as any other.
pub fn page(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<ListPage, StoreError> {
    let mut rows = Vec::new();
    let mut rest = limit;
    let mut after = after;
    let first = usize::from(after.is_some_and(|place| place.is_rest));
    for sequence in filter.order.sequences().iter().skip(first) {
        if rest == 0 {
            // The page is full exactly where the sequence ends.
            let probe = page_of(tx, visibility, filter, *sequence, None, 1)?;
            let is_end = probe.rows.is_empty() && probe.next.is_none();
            let next = (!is_end).then(ListCursor::before_the_rest);
            return Ok(ListPage { rows, next });
        }
        let mut found = page_of(tx, visibility, filter, *sequence, after.take(), rest)?;
        rest -= u32::try_from(found.rows.len()).unwrap_or(rest).min(rest);
        rows.append(&mut found.rows);
        if found.next.is_some() {
            return Ok(ListPage {
                rows,
                next: found.next,
            });
        }
    }
    Ok(ListPage { rows, next: None })
}

fn page_of(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    sequence: Sequence,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<ListPage, StoreError> {
    let until = match &filter.saved {
        Some(saved) => horizon(tx, visibility, filter, (sequence, after), saved.scan_rows)?,
        None => None,
    };
    let range = (after, until);
    let mut rows = read_rows(tx, visibility, filter, (sequence, range), limit + 1)?;
    let is_full = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = match rows.last() {
        Some(last) if is_full => Some(sequence.place(&last.conversation)),
        _ => until,
    };
    Ok(ListPage { rows, next })
}

/// A page of at most `limit` conversations.
pub fn list(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<Vec<ConversationView>, StoreError> {
    Ok(page(tx, visibility, filter, after, limit)?.rows)
}

/// Up to where each part can be searched at once: the nearest of the places that lie
/// `scan_rows` away. None if everything is nearer.
fn horizon(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    (sequence, after): (Sequence, Option<ListCursor>),
    scan_rows: u32,
) -> Result<Option<ListCursor>, StoreError> {
    let column = sequence.column();
    let text = format!("SELECT c.id, c.{column} AS place FROM conversations c");
    let mut nearest: Option<ListCursor> = None;
    for part in parts(visibility, filter) {
        for status in statuses(filter) {
            let mut sql = candidates(tx, &text, visibility, filter, (part, status));
            order(&mut sql, sequence, (after, None), 1);
            sql.push(&format!(" OFFSET {}", scan_rows.saturating_sub(1)));
            let Some(row) = tx.maybe(&sql.text, &sql.params)? else {
                continue;
            };
            let found = sequence.cursor(row.get("place")?, row.get("id")?);
            nearest = Some(nearest.map_or(found, |other| sequence.nearer(other, found)));
        }
    }
    Ok(nearest)
}

fn read_rows(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    (sequence, range): (Sequence, Range),
    limit: u32,
) -> Result<Vec<ConversationView>, StoreError> {
    let mut keyed = Vec::new();
    let mut known = BTreeSet::new();
    for part in parts(visibility, filter) {
        for status in statuses(filter) {
            let mut sql = statement(tx, visibility, filter, (part, status));
            order(&mut sql, sequence, range, limit);
            for row in tx.query(&sql.text, &sql.params)? {
                let id: ConversationId = row.get("id")?;
                let at = row.get(sequence.column())?;
                if known.insert(id) {
                    keyed.push((sequence.cursor(at, id), row));
                }
            }
        }
    }
    if sequence.is_descending() {
        keyed.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    } else {
        keyed.sort_by_key(|(place, _)| *place);
    }
    keyed.truncate(limit as usize);
    keyed.iter().map(|(_, row)| read_view(tx, row)).collect()
}

/// In which statuses to look.
fn statuses(filter: &ListFilter) -> impl Iterator<Item = &'static str> {
    let saved = filter.saved.as_ref();
    let names = filter.status.names().iter().copied();
    names.filter(move |name| saved.is_none_or(|saved| saved.may_be_in(name)))
}

/// The indexed parts whose union is what is asked for.
fn parts(visibility: &Visibility, filter: &ListFilter) -> Vec<Part> {
    if visibility.is_empty() {
        return Vec::new();
    }
    match (&filter.view, filter.inbox) {
        (View::Assignee(agent), _) => return vec![Part::Assignee(*agent)],
        (View::Team(team), _) => return vec![Part::Team(*team)],
        (_, Some(inbox)) => return vec![Part::Inbox(inbox)],
        (View::All | View::Unassigned | View::Mentions(_) | View::Followed(_), None) => {}
    }
    if let Some(parts) = filter.saved.as_ref().and_then(SavedFilter::parts) {
        return parts;
    }
    if visibility.all {
        return vec![Part::Workspace];
    }
    let inboxes = visibility.inboxes.iter().copied().map(Part::Inbox);
    let teams = visibility.teams.iter().copied().map(Part::Team);
    let own = visibility.own.map(Part::Assignee);
    inboxes.chain(teams).chain(own).collect()
}

/// A query over what a part holds and the caller may see.
fn candidates(
    tx: &Tx<'_>,
    text: &str,
    visibility: &Visibility,
    filter: &ListFilter,
    (part, status): (Part, &str),
) -> Sql {
    let mut sql = Sql {
        text: format!("{text} WHERE c.workspace_id = $1"),
        params: vec![tx.workspace().to_value()],
    };
    match part {
        Part::Workspace => {}
        Part::Inbox(id) => sql.and_eq("c.inbox_id", id),
        Part::Team(id) => sql.and_eq("c.team_id", id),
        Part::Assignee(id) => sql.and_eq("c.assignee_id", id),
    }
    sql.and_eq("c.status", status);
    if let Some(inbox) = filter.inbox {
        sql.and_eq("c.inbox_id", inbox);
    }
    if filter.view == View::Unassigned {
        sql.and("c.assignee_id IS NULL");
    }
    visible(&mut sql, visibility);
    sql
}

fn statement(tx: &Tx<'_>, visibility: &Visibility, filter: &ListFilter, part: (Part, &str)) -> Sql {
    let text = format!("SELECT {} {VIEW_FROM}", view_columns());
    let mut sql = candidates(tx, &text, visibility, filter, part);
    if let Some(tag) = filter.tag {
        let place = sql.bind(tag);
        sql.and(&format!(
            "EXISTS (SELECT 1 FROM conversation_tags t WHERE t.tag_id = {place} AND t.conversation_id = c.id)"
        ));
    }
    match filter.view {
        View::Mentions(agent) => {
            let place = sql.bind(agent);
            sql.and(&format!(
                "c.id IN (SELECT m.conversation_id FROM mentions m WHERE m.agent_id = {place})"
            ));
        }
        View::Followed(agent) => {
            let place = sql.bind(agent);
            sql.and(&format!(
                "c.id IN (SELECT f.conversation_id FROM conversation_followers f WHERE f.agent_id = {place})"
            ));
        }
        View::All | View::Unassigned | View::Assignee(_) | View::Team(_) => {}
    }
    if let Some(saved) = &filter.saved {
        saved.apply(&mut sql);
    }
    sql
}

/// The permission filter, inside the query.
pub(crate) fn visible(sql: &mut Sql, visibility: &Visibility) {
    if visibility.all {
        return;
    }
    let mut any = Vec::new();
    if !visibility.inboxes.is_empty() {
        let places: Vec<String> = visibility.inboxes.iter().map(|id| sql.bind(*id)).collect();
        any.push(format!("c.inbox_id IN ({})", places.join(", ")));
    }
    if !visibility.teams.is_empty() {
        let places: Vec<String> = visibility.teams.iter().map(|id| sql.bind(*id)).collect();
        any.push(format!("c.team_id IN ({})", places.join(", ")));
    }
    if let Some(agent) = visibility.own {
        let place = sql.bind(agent);
        any.push(format!("c.assignee_id = {place}"));
    }
    sql.and(&format!("({})", any.join(" OR ")));
}

fn order(sql: &mut Sql, sequence: Sequence, (after, until): Range, limit: u32) {
    let column = format!("c.{}", sequence.column());
    if let Some(condition) = sequence.condition() {
        sql.and(condition);
    }
    let (direction, beyond, within) = if sequence.is_descending() {
        ("DESC", "<", ">=")
    } else {
        ("ASC", ">", "<=")
    };
    let mut bound = |comparison: &str, place: ListCursor| {
        let at = sql.bind(place.at);
        let id = sql.bind(place.id);
        sql.and(&format!("({column}, c.id) {comparison} ({at}, {id})"));
    };
    if let Some(place) = after {
        bound(beyond, place);
    }
    if let Some(place) = until {
        bound(within, place);
    }
    let place = sql.bind(limit);
    sql.push(&format!(
        " ORDER BY {column} {direction}, c.id {direction} LIMIT {place}"
    ));
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
