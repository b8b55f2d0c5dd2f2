//! Pages of conversations.
//!
//! What an agent may see is a union of inboxes, teams and their own. Each part is read on
//! its own index, in order, at most one page; the pages are merged. So the first page
//! costs the same with a thousand conversations and with a million.

use std::collections::BTreeSet;

use zhiyin_domain::ids::{AgentId, ConversationId, InboxId, TagId, TeamId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::time::Timestamp;

use super::matching::SavedFilter;
use super::{ConversationView, VIEW_FROM, read_view, view_columns};
use crate::{StoreError, ToValue, Tx, Value};

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

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Latest activity first.
    Recent,
    /// Longest waiting first; only those where a customer waits.
    Waiting,
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

/// Where the next page begins: the sort key and id of the last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// Last activity or start of waiting.
    pub at: Timestamp,
    /// The conversation.
    pub id: ConversationId,
}

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

/// A page of at most `limit` conversations.
pub fn list(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<Vec<ConversationView>, StoreError> {
    let mut rows = Vec::new();
    for part in parts(visibility, filter) {
        for status in statuses(filter) {
            let sql = statement(tx, visibility, filter, part, status, after, limit);
            for row in tx.query(&sql.text, &sql.params)? {
                rows.push(row);
            }
        }
    }
    let mut keyed = Vec::with_capacity(rows.len());
    let mut known = BTreeSet::new();
    for row in rows {
        let id: ConversationId = row.get("id")?;
        let at: Timestamp = match filter.order {
            Order::Recent => row.get("last_activity_at")?,
            Order::Waiting => row.get("waiting_since")?,
        };
        if known.insert(id) {
            keyed.push((at, id, row));
        }
    }
    match filter.order {
        Order::Recent => keyed.sort_by_key(|(at, id, _)| std::cmp::Reverse((*at, *id))),
        Order::Waiting => keyed.sort_by_key(|(at, id, _)| (*at, *id)),
    }
    keyed.truncate(limit as usize);
    keyed.iter().map(|(_, _, row)| read_view(tx, row)).collect()
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

fn statement(
    tx: &Tx<'_>,
    visibility: &Visibility,
    filter: &ListFilter,
    part: Part,
    status: &str,
    after: Option<ListCursor>,
    limit: u32,
) -> Sql {
    let text = format!(
        "SELECT {} {VIEW_FROM} WHERE c.workspace_id = $1",
        view_columns()
    );
    let mut sql = Sql {
        text,
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
    if let Some(tag) = filter.tag {
        let place = sql.bind(tag);
        sql.and(&format!(
            "EXISTS (SELECT 1 FROM conversation_tags t WHERE t.tag_id = {place} AND t.conversation_id = c.id)"
        ));
    }
    match filter.view {
        View::Unassigned => sql.and("c.assignee_id IS NULL"),
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
        View::All | View::Assignee(_) | View::Team(_) => {}
    }
    if let Some(saved) = &filter.saved {
        saved.apply(&mut sql);
    }
    visible(&mut sql, visibility);
    page(&mut sql, filter.order, after, limit);
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

fn page(sql: &mut Sql, order: Order, after: Option<ListCursor>, limit: u32) {
    let (column, direction, beyond) = match order {
        Order::Recent => ("c.last_activity_at", "DESC", "<"),
        Order::Waiting => ("c.waiting_since", "ASC", ">"),
    };
    if order == Order::Waiting {
        sql.and("c.waiting_since IS NOT NULL");
    }
    if let Some(cursor) = after {
        let at = sql.bind(cursor.at);
        let id = sql.bind(cursor.id);
        sql.and(&format!("({column}, c.id) {beyond} ({at}, {id})"));
    }
    let place = sql.bind(limit);
    let order = format!(" ORDER BY {column} {direction}, c.id {direction} LIMIT {place}");
    sql.text.push_str(&order);
}
