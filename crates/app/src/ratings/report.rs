//! What customers expected and what they received, over a period: contentment is the
//! difference, not the score.

use std::collections::BTreeMap;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AgentId, TeamId, TopicId};
use zhiyin_domain::ratings::{Rating, Satisfaction};
use zhiyin_domain::time::local;
use zhiyin_store::identity::workspaces;
use zhiyin_store::ratings::{self as store, RatedSession};
use zhiyin_store::{Tx, conversations};

use crate::Context;
use crate::journey::{REPORT_SESSIONS_MAX, ReportError, ReportRequest, report_visibility};
use crate::reporting::{self, Group, LINES_MAX, Pick, groups};

/// Which sessions.
#[derive(Debug, Clone)]
pub struct ExpectationRequest {
    /// Rated when, and in which inbox.
    pub within: ReportRequest,
    /// About what.
    pub topic: Pick<TopicId>,
    /// Of which agent: who had it last, else who answered first.
    pub agent: Pick<AgentId>,
    /// Of which team: the one that has the conversation now.
    pub team: Pick<TeamId>,
}

/// How many were how content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpectationNumbers {
    /// Sessions with a rating.
    pub rated: u32,
    /// Those in which the customer said what they had expected.
    pub answered: u32,
    /// Less than that.
    pub disappointed: u32,
    /// Just that.
    pub satisfied: u32,
    /// More than that.
    pub delighted: u32,
    /// All differences between received and expected, added up.
    gap: i64,
}

impl ExpectationNumbers {
    fn add(&mut self, rating: &Rating) {
        self.rated += 1;
        let (Some(satisfaction), Some(expected)) = (rating.satisfaction(), rating.expected) else {
            return;
        };
        self.answered += 1;
        self.gap += i64::from(rating.score) - i64::from(expected);
        match satisfaction {
            Satisfaction::Disappointed => self.disappointed += 1,
            Satisfaction::Satisfied => self.satisfied += 1,
            Satisfaction::Delighted => self.delighted += 1,
        }
    }

    /// What was received less what was expected, in the mean, in hundredths of a star; 0 if
    /// nobody said.
    #[must_use]
    pub fn gap_hundredths(&self) -> i64 {
        if self.answered == 0 {
            return 0;
        }
        self.gap * 100 / i64::from(self.answered)
    }
}

/// How content customers were, by group.
#[derive(Debug, Clone, Default)]
pub struct ExpectationReport {
    /// All together.
    pub total: ExpectationNumbers,
    /// By day, in the zone of the company.
    pub by_day: Vec<Group<ExpectationNumbers>>,
    /// By inbox.
    pub by_inbox: Vec<Group<ExpectationNumbers>>,
    /// By topic.
    pub by_topic: Vec<Group<ExpectationNumbers>>,
    /// By agent.
    pub by_agent: Vec<Group<ExpectationNumbers>>,
    /// By team.
    pub by_team: Vec<Group<ExpectationNumbers>>,
}

/// Which of the sessions behind a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectationAbout {
    /// How content; none is whoever said what they had expected.
    pub satisfaction: Option<Satisfaction>,
    /// Only of this day, `2026-11-22`, in the zone of the company.
    pub day: Option<String>,
}

/// A session behind a number.
#[derive(Debug, Clone)]
pub struct ExpectationLine {
    /// The session.
    pub session: RatedSession,
    /// Its conversation.
    pub conversation: Conversation,
    /// The customer's name; empty while unknown.
    pub contact_name: String,
    /// What people call the agent; empty if there is none.
    pub agent_name: String,
}

/// The rated sessions that are asked for, the last ones first, and the zone in which days are
/// told apart.
fn sessions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ExpectationRequest,
) -> Result<(Vec<RatedSession>, String), ReportError> {
    let visibility = report_visibility(tx, ctx, &request.within)?;
    let ReportRequest { from, to, inbox } = request.within;
    let mut found = store::rated(tx, &visibility, (from, to, inbox), REPORT_SESSIONS_MAX)?;
    found.retain(|it| {
        request.topic.takes(it.topic_id.as_ref())
            && request.agent.takes(it.agent_id.as_ref())
            && request.team.takes(it.team_id.as_ref())
    });
    let zone = workspaces::load(tx)?.time_zone.as_str().to_owned();
    Ok((found, zone))
}

fn day(it: &RatedSession, zone: &str) -> String {
    local(it.rating.at, zone, "%Y-%m-%d")
}

fn by<K: Ord>(
    sessions: &[RatedSession],
    key: impl Fn(&RatedSession) -> Option<K>,
) -> BTreeMap<Option<K>, ExpectationNumbers> {
    let mut all: BTreeMap<_, ExpectationNumbers> = BTreeMap::new();
    for it in sessions {
        all.entry(key(it)).or_default().add(&it.rating);
    }
    all
}

/// How content customers were, of sessions that were rated in a period.
pub fn expectation_report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ExpectationRequest,
) -> Result<ExpectationReport, ReportError> {
    let (found, zone) = sessions(tx, ctx, request)?;
    let mut total = ExpectationNumbers::default();
    for it in &found {
        total.add(&it.rating);
    }
    let days = by(&found, |it| Some(day(it, &zone)));
    let inboxes = by(&found, |it| Some(it.inbox_id));
    Ok(ExpectationReport {
        total,
        by_day: groups(days, |_| Ok(String::new()))?,
        by_inbox: groups(inboxes, |id| reporting::inbox(tx, *id))?,
        by_topic: groups(by(&found, |it| it.topic_id), |_| Ok(String::new()))?,
        by_agent: groups(by(&found, |it| it.agent_id), |id| reporting::agent(tx, *id))?,
        by_team: groups(by(&found, |it| it.team_id), |id| reporting::team(tx, *id))?,
    })
}

/// The sessions behind a number, the last ones first, at most fifty.
pub fn expectation_lines(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ExpectationRequest,
    about: &ExpectationAbout,
) -> Result<Vec<ExpectationLine>, ReportError> {
    let (found, zone) = sessions(tx, ctx, request)?;
    let is_meant = |it: &RatedSession| {
        let Some(satisfaction) = it.rating.satisfaction() else {
            return false;
        };
        about
            .satisfaction
            .is_none_or(|wanted| wanted == satisfaction)
            && about
                .day
                .as_ref()
                .is_none_or(|wanted| *wanted == day(it, &zone))
    };
    let mut lines = Vec::new();
    for session in found.into_iter().filter(is_meant).take(LINES_MAX) {
        let Some(view) = conversations::view(tx, session.conversation_id)? else {
            continue;
        };
        lines.push(ExpectationLine {
            agent_name: match session.agent_id {
                None => String::new(),
                Some(id) => reporting::agent(tx, id)?,
            },
            contact_name: view.contact.name,
            conversation: view.conversation,
            session,
        });
    }
    Ok(lines)
}
