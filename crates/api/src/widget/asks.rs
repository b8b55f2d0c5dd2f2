//! What a visitor answers to a question in a message.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::cases::asks;
use zhiyin_domain::ask::AskAnswer;
use zhiyin_domain::ids::MessageId;

use crate::conversations::{MessageDto, Reader};
use crate::error::ApiResult;
use crate::extract::{Path, Valid, VisitorCaller};

/// What a customer can answer.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskAnswerDto {
    /// They took note.
    Acknowledged,
    /// It is solved.
    Confirmed,
    /// It is not.
    Disputed,
}

/// An answer to the question of a message.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskAnswerBody {
    /// `acknowledged` for a notice; `confirmed` or `disputed` for a solved case.
    pub answer: AskAnswerDto,
    /// What is still open; needed for `disputed`.
    #[serde(default)]
    pub note: String,
}

/// Answers the question of a message. A case is closed by that where its type says so, or
/// opened again.
#[utoipa::path(post, path = "/api/v1/widget/asks/{id}", tag = "widget",
    params(("id" = String, Path)), request_body = AskAnswerBody,
    responses((status = 200, body = MessageDto)))]
pub async fn answer_widget_ask(
    State(app): State<App>,
    caller: VisitorCaller,
    Path(id): Path<MessageId>,
    Valid(body): Valid<AskAnswerBody>,
) -> ApiResult<Json<MessageDto>> {
    let who = (&caller.0.visitor, &caller.0.principal);
    let answer = match body.answer {
        AskAnswerDto::Acknowledged => AskAnswer::Acknowledged,
        AskAnswerDto::Confirmed => AskAnswer::Confirmed,
        AskAnswerDto::Disputed => AskAnswer::Disputed,
    };
    let message = asks::answer(&app, who, id, (answer, &body.note)).await?;
    Ok(Json(MessageDto::new(message, Reader::Contact)))
}
