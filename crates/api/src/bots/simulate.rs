//! The simulator of guided flows, and what a document looks like.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::bot::{self as use_cases, Simulated, Simulation};
use zhiyin_domain::flows::{Call, Document, End, Method, Waits};
use zhiyin_domain::ids::BotFlowId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::QuickReply;

use super::flows::{BotFlowProblemDto, problem};
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};

/// What another system answers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotHttpAnswerBody {
    /// The status, such as 200.
    pub status: u16,
    /// The body.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

/// Whether the knowledge base helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BotHelpBody {
    /// It does.
    Answered,
    /// It does not.
    Unanswered,
}

/// How a flow is to be played.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotSimulationBody {
    /// The steps; `null` for those of the draft.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Document>,
    /// The language of the customer.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// What the customer says, one after the other. The right code is `000000`.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// Whether somebody answers.
    #[serde(default)]
    pub is_open: bool,
    /// Whether the site vouches for the customer.
    #[serde(default)]
    pub is_verified: bool,
    /// What other systems answer, by the step that asks.
    #[serde(default)]
    pub http: BTreeMap<String, BotHttpAnswerBody>,
    /// Whether the knowledge base helps, by the step that asks; it does where nothing is said.
    #[serde(default)]
    pub answers: BTreeMap<String, BotHelpBody>,
}

/// Something that is said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotTurnDto {
    /// `bot` or `visitor`.
    pub from: &'static str,
    /// The step in which it is said.
    pub step: Option<String>,
    /// What.
    pub text: String,
    /// What can be picked.
    #[schema(value_type = Vec<Object>)]
    pub quick_replies: Vec<QuickReply>,
}

/// A call of another system.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotCallDto {
    /// The step that asks.
    pub step: String,
    /// `get` or `post`.
    pub method: &'static str,
    /// Where.
    pub url: String,
    /// What is sent; `null` for `get`.
    pub body: Option<BTreeMap<String, String>>,
}

impl From<Call> for BotCallDto {
    fn from(it: Call) -> Self {
        let (method, body) = match it.method {
            Method::Get => ("get", None),
            Method::Post => ("post", Some(it.body)),
        };
        Self {
            step: it.step,
            method,
            url: it.url,
            body,
        }
    }
}

/// What a flow waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BotWaitDto {
    /// Something the customer says.
    Customer,
    /// What another system answers: say it in `http`.
    Http(BotCallDto),
}

/// How a flow went.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotSimulatedDto {
    /// What was said.
    pub turns: Vec<BotTurnDto>,
    /// The steps that were taken.
    pub path: Vec<String>,
    /// Where it stands.
    pub step: Option<String>,
    /// What is known.
    pub fields: BTreeMap<String, String>,
    /// `handed_over`, `ended`, `resolved` or `stopped` (by a limit); `null` while it goes on.
    pub end: Option<&'static str>,
    /// What it waits for; `null` when it is over.
    pub waits_for: Option<BotWaitDto>,
    /// Calls that were made.
    pub calls: Vec<BotCallDto>,
    /// What keeps the steps from being published.
    pub problems: Vec<BotFlowProblemDto>,
}

impl From<Simulated> for BotSimulatedDto {
    fn from(it: Simulated) -> Self {
        let turn = |it: use_cases::SimulatedTurn| BotTurnDto {
            from: if it.is_bot { "bot" } else { "visitor" },
            step: Some(it.step).filter(|step| !step.is_empty()),
            text: it.text,
            quick_replies: it
                .replies
                .into_iter()
                .map(|text| QuickReply {
                    label: text.clone(),
                    text,
                })
                .collect(),
        };
        let end = it.end().map(|end| match end {
            End::HandedOver => "handed_over",
            End::Ended => "ended",
            End::Resolved => "resolved",
            End::Stopped => "stopped",
        });
        let calling = it.calls.last().filter(|_| it.is_calling).cloned();
        let waits_for = match it.state.waits {
            None => None,
            Some(Waits::Call) => calling.map(|call| BotWaitDto::Http(call.into())),
            Some(_) => Some(BotWaitDto::Customer),
        };
        Self {
            turns: it.turns.into_iter().map(turn).collect(),
            path: it.path,
            step: Some(it.state.step).filter(|step| !step.is_empty()),
            fields: it.state.fields,
            end,
            waits_for,
            calls: it.calls.into_iter().map(Into::into).collect(),
            problems: it.problems.into_iter().map(problem).collect(),
        }
    }
}

/// Plays a flow without a customer. Nothing is stored, sent or called; the same request gives the
/// same answer.
#[utoipa::path(post, path = "/api/v1/bot-flows/{id}/simulate", tag = "bot",
    params(("id" = String, Path)), request_body = BotSimulationBody,
    responses((status = 200, body = BotSimulatedDto)))]
pub async fn simulate_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
    Valid(body): Valid<BotSimulationBody>,
) -> ApiResult<Json<BotSimulatedDto>> {
    let http = body.http.into_iter();
    let answers = body.answers.into_iter();
    let simulation = Simulation {
        document: body.document,
        locale: body.locale,
        inputs: body.inputs,
        is_open: body.is_open,
        is_verified: body.is_verified,
        http: http
            .map(|(step, it)| (step, (it.status, it.body)))
            .collect(),
        answers: answers
            .map(|(step, it)| (step, it == BotHelpBody::Answered))
            .collect(),
    };
    let played = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::simulate(tx, ctx, id, &simulation)
        })
        .await?;
    Ok(Json(played.into()))
}

/// The JSON schema of a flow's document.
#[utoipa::path(get, path = "/api/v1/bot-flow-schema", tag = "bot",
    responses((status = 200, body = Object)))]
pub async fn get_bot_flow_schema(_caller: Caller) -> Json<serde_json::Value> {
    let schema = serde_json::from_str(include_str!("flow.schema.json"));
    Json(schema.expect("the schema is part of the program and a test reads it"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_is_json_and_knows_every_kind_of_step() {
        let schema = include_str!("flow.schema.json");
        let read: serde_json::Value = serde_json::from_str(schema).expect("JSON");
        let kinds = read
            .pointer("/$defs/step/oneOf")
            .and_then(|it| it.as_array());
        assert_eq!(kinds.map(Vec::len), Some(11));
    }
}
