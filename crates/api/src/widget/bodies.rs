//! What the widget sends.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::conversations::NewMessage;
use zhiyin_app::widget::{IdentityProof, VisitorPatch};
use zhiyin_domain::contact::VisitContext;
use zhiyin_domain::ids::{AttachmentId, MessageId, SessionId};
use zhiyin_domain::message::MessageKind;

use crate::conversations::dto::DimensionsDto;

/// The widget opens.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenVisitorBody {
    /// The token it kept from last time.
    pub token: Option<String>,
    /// Proof of identity by the site.
    pub identity: Option<IdentityBody>,
    /// Language tag of the browser or the site.
    #[serde(default)]
    pub locale: String,
    /// Where the visitor is.
    #[serde(default)]
    pub context: ContextBody,
    /// Attributes the page set; unsigned.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// Proof of identity: a signed token, or the older HMAC of the user id.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum IdentityBody {
    /// A signed token.
    Jwt {
        /// HS256, `kid` of the inbox, `aud` = key of the inbox.
        jwt: String,
    },
    /// HMAC-SHA-256 of the user id, in hexadecimal.
    Hmac {
        /// The site's id of its user.
        user_id: String,
        /// The HMAC.
        hmac: String,
    },
}

impl From<IdentityBody> for IdentityProof {
    fn from(body: IdentityBody) -> Self {
        match body {
            IdentityBody::Jwt { jwt } => Self::Jwt(jwt),
            IdentityBody::Hmac { user_id, hmac } => Self::Hmac { user_id, hmac },
        }
    }
}

/// Where the visitor is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContextBody {
    /// Address of the page.
    pub page_url: Option<String>,
    /// Title of the page.
    pub page_title: Option<String>,
    /// Where they came from.
    pub referrer: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

impl ContextBody {
    /// Together with what the browser says of itself.
    pub fn with_user_agent(self, user_agent: Option<String>) -> VisitContext {
        VisitContext {
            page_url: self.page_url,
            page_title: self.page_title,
            referrer: self.referrer,
            user_agent,
            time_zone: self.time_zone,
        }
    }
}

/// A visitor writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetMessageBody {
    /// The sender's own id; sending again with the same one gives the same message.
    pub client_id: String,
    /// The text, with light formatting.
    #[serde(default)]
    pub text: String,
    /// The message it quotes.
    #[schema(value_type = Option<String>)]
    pub reply_to_id: Option<MessageId>,
    /// Files uploaded before.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachment_ids: Vec<AttachmentId>,
    /// Answers to the questions before the first message.
    #[serde(default)]
    pub prechat: BTreeMap<String, String>,
}

impl WidgetMessageBody {
    /// The message and the answers.
    pub fn split(self) -> (NewMessage, BTreeMap<String, String>) {
        let message = NewMessage {
            client_id: Some(self.client_id),
            kind: MessageKind::Text,
            text: self.text,
            reply_to_id: self.reply_to_id,
            attachment_ids: self.attachment_ids,
            mentions: Vec::new(),
        };
        (message, self.prechat)
    }
}

/// How far the customer has read.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetSeenBody {
    /// Place of the last message read.
    pub seq: i64,
}

/// The customer's opinion.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingBody {
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// 1 (very bad) to 5 (very good).
    pub score: u8,
    /// In their words.
    pub comment: Option<String>,
    /// Detail.
    #[serde(default)]
    pub dimensions: DimensionsDto,
    /// What they had expected, 1 to 5.
    pub expected: Option<u8>,
}

/// Where to send the transcript.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranscriptBody {
    /// An e-mail address.
    pub email: String,
}

/// What a visitor tells about themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitorPatchBody {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// Attributes the page set; unsigned.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The page the visitor is on.
    pub page: Option<PageBody>,
}

/// A page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PageBody {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
}

impl From<VisitorPatchBody> for VisitorPatch {
    fn from(body: VisitorPatchBody) -> Self {
        Self {
            name: body.name,
            email: body.email,
            phone: body.phone,
            locale: body.locale,
            attributes: body.attributes,
            page: body.page.map(|page| (page.url, page.title)),
        }
    }
}
