//! What customers expected and received, over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::App;
use zhiyin_app::journey::ReportRequest;
use zhiyin_app::ratings::{
    self as use_cases, ExpectationAbout, ExpectationLine, ExpectationNumbers, ExpectationReport,
    ExpectationRequest,
};
use zhiyin_app::reporting::Group;
use zhiyin_domain::ids::{AgentId, ConversationId, InboxId, SessionId};
use zhiyin_domain::ratings::Satisfaction;
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Query};
use crate::reporting::pick;

/// Which sessions a report is about.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpectationReportQuery {
    /// Rated from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Rated before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Only about this topic; `none` for sessions without one.
    pub topic_id: Option<String>,
    /// Only of this agent, who had it last, else answered first; `none` for nobody.
    pub agent_id: Option<String>,
    /// Only of this team, which has the conversation now; `none` for no team.
    pub team_id: Option<String>,
}

/// One group, or all together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpectationRowDto {
    /// What tells it from others: an identifier, or a day; `null` for what belongs to none.
    pub key: Option<String>,
    /// What people call it; empty while unknown.
    pub name: String,
    /// Sessions with a rating.
    pub rated: u32,
    /// Those in which the customer said what they had expected.
    pub answered: u32,
    /// They received less.
    pub disappointed: u32,
    /// They received just that.
    pub satisfied: u32,
    /// They received more.
    pub delighted: u32,
    /// Received less expected, in the mean, in hundredths of a star; 0 without answers.
    pub gap_hundredths: i64,
}

fn row(group: Group<ExpectationNumbers>) -> ExpectationRowDto {
    let it = group.numbers;
    ExpectationRowDto {
        key: group.key,
        name: group.name,
        rated: it.rated,
        answered: it.answered,
        disappointed: it.disappointed,
        satisfied: it.satisfied,
        delighted: it.delighted,
        gap_hundredths: it.gap_hundredths(),
    }
}

/// How content customers were: the difference between what they received and expected.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpectationReportDto {
    /// All together.
    pub total: ExpectationRowDto,
    /// By day, in the zone of the company.
    pub by_day: Vec<ExpectationRowDto>,
    /// By inbox.
    pub by_inbox: Vec<ExpectationRowDto>,
    /// By topic.
    pub by_topic: Vec<ExpectationRowDto>,
    /// By agent.
    pub by_agent: Vec<ExpectationRowDto>,
    /// By team.
    pub by_team: Vec<ExpectationRowDto>,
}

impl From<ExpectationReport> for ExpectationReportDto {
    fn from(it: ExpectationReport) -> Self {
        let rows = |groups: Vec<_>| groups.into_iter().map(row).collect();
        Self {
            total: row(Group {
                key: None,
                name: String::new(),
                numbers: it.total,
            }),
            by_day: rows(it.by_day),
            by_inbox: rows(it.by_inbox),
            by_topic: rows(it.by_topic),
            by_agent: rows(it.by_agent),
            by_team: rows(it.by_team),
        }
    }
}

impl ExpectationReportQuery {
    fn request(&self) -> ApiResult<ExpectationRequest> {
        Ok(ExpectationRequest {
            within: ReportRequest {
                from: self.from,
                to: self.to,
                inbox: self.inbox_id,
            },
            topic: pick("topic_id", self.topic_id.as_deref())?,
            agent: pick("agent_id", self.agent_id.as_deref())?,
            team: pick("team_id", self.team_id.as_deref())?,
        })
    }
}

/// What customers expected and what they received, of sessions rated in a period.
#[utoipa::path(get, path = "/api/v1/reports/expectations", tag = "standards",
    params(ExpectationReportQuery), responses((status = 200, body = ExpectationReportDto)))]
pub async fn get_expectation_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ExpectationReportQuery>,
) -> ApiResult<Json<ExpectationReportDto>> {
    let request = query.request()?;
    let report = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::expectation_report(tx, ctx, &request)
        })
        .await?;
    Ok(Json(report.into()))
}

/// Which of the sessions behind a number.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpectationAboutDto {
    /// The customer said what they had expected.
    #[default]
    Answered,
    /// They received less.
    Disappointed,
    /// They received just that.
    Satisfied,
    /// They received more.
    Delighted,
}

/// Which sessions behind a number of the report.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpectationSessionsQuery {
    /// Rated from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Rated before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Only about this topic; `none` for sessions without one.
    pub topic_id: Option<String>,
    /// Only of this agent; `none` for nobody.
    pub agent_id: Option<String>,
    /// Only of this team; `none` for no team.
    pub team_id: Option<String>,
    /// Only of this day, a key of `by_day`.
    pub day: Option<String>,
    /// `answered`, `disappointed`, `satisfied` or `delighted`; `answered` if left out.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub about: ExpectationAboutDto,
}

/// A session behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpectationSessionDto {
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its human number.
    pub number: i64,
    /// The customer's name; empty while unknown.
    pub contact_name: String,
    /// Who had it last, else answered first.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// Their name; empty if there is none.
    pub agent_name: String,
    /// What they received: 1 to 5.
    pub score: u8,
    /// What they had expected: 1 to 5.
    pub expected: Option<u8>,
    /// In their words.
    pub comment: Option<String>,
    /// When they said so.
    #[schema(value_type = String, format = DateTime)]
    pub rated_at: Timestamp,
}

impl From<ExpectationLine> for ExpectationSessionDto {
    fn from(it: ExpectationLine) -> Self {
        Self {
            session_id: it.session.id,
            conversation_id: it.conversation.id,
            number: it.conversation.number,
            contact_name: it.contact_name,
            agent_id: it.session.agent_id,
            agent_name: it.agent_name,
            score: it.session.rating.score,
            expected: it.session.rating.expected,
            comment: it.session.rating.comment,
            rated_at: it.session.rating.at,
        }
    }
}

/// Sessions behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpectationSessionsDto {
    /// The last ones first, at most fifty.
    pub items: Vec<ExpectationSessionDto>,
}

/// The sessions behind a number of the report.
#[utoipa::path(get, path = "/api/v1/reports/expectations/sessions", tag = "standards",
    params(ExpectationSessionsQuery), responses((status = 200, body = ExpectationSessionsDto)))]
pub async fn list_expectation_sessions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ExpectationSessionsQuery>,
) -> ApiResult<Json<ExpectationSessionsDto>> {
    let about = ExpectationAbout {
        satisfaction: match query.about {
            ExpectationAboutDto::Answered => None,
            ExpectationAboutDto::Disappointed => Some(Satisfaction::Disappointed),
            ExpectationAboutDto::Satisfied => Some(Satisfaction::Satisfied),
            ExpectationAboutDto::Delighted => Some(Satisfaction::Delighted),
        },
        day: query.day,
    };
    let groups = ExpectationReportQuery {
        from: query.from,
        to: query.to,
        inbox_id: query.inbox_id,
        topic_id: query.topic_id,
        agent_id: query.agent_id,
        team_id: query.team_id,
    };
    let request = groups.request()?;
    let lines = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::expectation_lines(tx, ctx, &request, &about)
        })
        .await?;
    Ok(Json(ExpectationSessionsDto {
        items: lines.into_iter().map(Into::into).collect(),
    }))
}
