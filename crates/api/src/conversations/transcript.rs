//! A conversation by mail, sent by an agent.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::widget::send_transcript;
use zhiyin_domain::ids::ConversationId;

use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};

/// Where a transcript goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendTranscriptBody {
    /// An e-mail address; that of the contact if left out.
    pub email: Option<String>,
}

/// Sends what the customer may read of a conversation to an address. It leaves as soon as mail is
/// set up for the installation. The same conversation to the same address twice is one letter.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/transcript", tag = "conversations",
    params(("id" = String, Path)), request_body = SendTranscriptBody, responses((status = 202)))]
pub async fn send_conversation_transcript(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<SendTranscriptBody>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        send_transcript(tx, ctx, id, body.email.as_deref())
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}
