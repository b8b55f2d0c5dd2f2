//! From what the use cases give to the wire form.

use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::conversation::{ConversationStatus, LastMessage};
use zhiyin_domain::ratings::{EarlierRating, Rating, RatingDimensions, Satisfaction};
use zhiyin_domain::session::Session;
use zhiyin_domain::stage::Stage;
use zhiyin_store::conversations::ConversationView;

use super::dto::{
    AttachmentDto, ContactSummaryDto, ConversationDto, DimensionsDto, EarlierRatingDto,
    LastMessageDto, RatingDto, SessionDto, StatusDto, file_url,
};

impl From<Attachment> for AttachmentDto {
    fn from(it: Attachment) -> Self {
        let url = file_url(it.id);
        let thumbnail_url = it.thumbnail.map(|_| format!("{url}?size=thumbnail"));
        Self {
            id: it.id,
            kind: if it.is_image() { "image" } else { "file" },
            name: it.name.as_str().to_owned(),
            media_type: it.media_type,
            size_bytes: it.size_bytes,
            width: it.dimensions.map(|d| d.width),
            height: it.dimensions.map(|d| d.height),
            url,
            thumbnail_url,
        }
    }
}

impl From<&ConversationStatus> for StatusDto {
    fn from(status: &ConversationStatus) -> Self {
        match status {
            ConversationStatus::Open => Self::Open,
            ConversationStatus::Snoozed { until, by } => Self::Snoozed {
                until: *until,
                by: by.to_string(),
            },
            ConversationStatus::Resolved { at, by } => Self::Resolved {
                at: *at,
                by: by.to_string(),
            },
        }
    }
}

impl From<RatingDimensions> for DimensionsDto {
    fn from(it: RatingDimensions) -> Self {
        Self {
            accurate: it.accurate,
            convenient: it.convenient,
            fast: it.fast,
            comfortable: it.comfortable,
            attitude: it.attitude,
        }
    }
}

impl From<DimensionsDto> for RatingDimensions {
    fn from(it: DimensionsDto) -> Self {
        Self {
            accurate: it.accurate,
            convenient: it.convenient,
            fast: it.fast,
            comfortable: it.comfortable,
            attitude: it.attitude,
        }
    }
}

impl From<Rating> for RatingDto {
    fn from(it: Rating) -> Self {
        Self {
            satisfaction: it.satisfaction().map(Satisfaction::as_str),
            score: it.score,
            comment: it.comment,
            dimensions: it.dimensions.into(),
            expected: it.expected,
            at: it.at,
            by_link: it.by_link,
            earlier: it.earlier.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<EarlierRating> for EarlierRatingDto {
    fn from(it: EarlierRating) -> Self {
        Self {
            score: it.score,
            comment: it.comment,
            dimensions: it.dimensions.into(),
            expected: it.expected,
            at: it.at,
        }
    }
}

impl From<Session> for SessionDto {
    fn from(it: Session) -> Self {
        Self {
            id: it.id,
            number: it.number,
            step: it.step.as_str(),
            step_at: it.step_at,
            opened_at: it.opened_at,
            first_response_at: it.first_response_at,
            first_response_due_at: it.first_response_due_at,
            resolved_at: it.resolved.map(|resolved| resolved.at),
            assignee_id: it.assignee_id,
            rating: it.rating.map(Into::into),
            stage: it.stage.map(Stage::as_str),
            language: it.language,
        }
    }
}

impl From<LastMessage> for LastMessageDto {
    fn from(it: LastMessage) -> Self {
        Self {
            id: it.id,
            seq: it.seq,
            author_kind: it.author_kind,
            agent_id: it.agent_id,
            is_note: it.is_note,
            preview: it.preview,
            attachments: it.attachments,
            at: it.at,
        }
    }
}

impl From<ConversationView> for ConversationDto {
    fn from(view: ConversationView) -> Self {
        let it = view.conversation;
        Self {
            id: it.id,
            number: it.number,
            inbox_id: it.inbox_id,
            channel: it.channel.as_str(),
            email: view.thread.map(Into::into),
            contact: ContactSummaryDto {
                id: it.contact_id,
                name: view.contact.name,
                locale: view.contact_locale,
                is_verified: view.contact_is_verified,
            },
            is_blocked: view.contact_is_blocked,
            status: (&it.status).into(),
            handler: it.handler.as_str(),
            assignee_id: it.assignee_id,
            team_id: it.team_id,
            priority: it.priority.as_str(),
            tag_ids: it.tag_ids,
            session: view.session.map(Into::into),
            last_message: it.last_message.map(Into::into),
            last_activity_at: it.last_activity_at,
            waiting_since: it.waiting_since,
            deadline: it.deadline.map(Into::into),
            unread_count: it.unread_count,
            last_seq: it.last_seq,
            contact_seen_seq: it.contact_seen_seq,
            agent_seen_seq: it.agent_seen_seq,
            created_at: it.created_at,
            version: it.version,
        }
    }
}
