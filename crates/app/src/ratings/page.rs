//! What the page behind a rating link shows and takes.

use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Access;
use zhiyin_domain::ratings::{Rating, RatingSource};
use zhiyin_domain::session::Session;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::{agents, workspaces};
use zhiyin_store::{Tx, contacts, conversations as store, inboxes};

use super::link::Claim;
use super::{LinkError, RateError, RatingInput, take};
use crate::{App, Credential, Principal};

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct RatingPage {
    /// Name of the company.
    pub company: String,
    /// Shown name of the agent who had the session last.
    pub agent: Option<String>,
    /// Language of the customer, as far as it is one of ours.
    pub locale: Locale,
    /// Whether details are asked for.
    pub asks_dimensions: bool,
    /// Whether it is asked what they had expected.
    pub asks_expectation: bool,
    /// What was said before.
    pub rating: Option<Rating>,
    /// Whether an opinion is still taken: there is none, or it may still be changed.
    pub is_open: bool,
}

/// The session of a proven claim.
fn session(tx: &mut Tx<'_>, claim: &Claim) -> Result<Session, LinkError> {
    let session = store::sessions::get(tx, claim.session)?;
    session
        .filter(|session| !session.is_open())
        .ok_or(LinkError::Invalid)
}

fn page(tx: &mut Tx<'_>, claim: &Claim, now: Timestamp) -> Result<RatingPage, LinkError> {
    let session = session(tx, claim)?;
    let inbox = inboxes::get(tx, session.inbox_id)?.ok_or(LinkError::Invalid)?;
    let contact = contacts::get(tx, session.contact_id)?;
    let agent = match session.assignee_id.or(session.first_response_by) {
        Some(id) => agents::get(tx, id)?,
        None => None,
    };
    let spoken = contact.and_then(|contact| Locale::closest(&contact.locale));
    let settings = inbox.settings;
    Ok(RatingPage {
        company: workspaces::load(tx)?.name.into_string(),
        agent: agent.map(|agent| agent.display_name.into_string()),
        locale: spoken.unwrap_or(settings.default_locale),
        asks_dimensions: settings.rating.ask_dimensions,
        asks_expectation: settings.rating.ask_expectation,
        is_open: session
            .rating
            .as_ref()
            .is_none_or(|rating| now <= rating.changeable_until()),
        rating: session.rating,
    })
}

/// Opens the page behind a link.
pub async fn open_page(app: &App, token: &str) -> Result<RatingPage, LinkError> {
    let claim = Claim::read(token)?;
    let now = app.clock().now();
    app.store()
        .read(claim.workspace, move |tx| {
            claim.prove(tx, now)?;
            page(tx, &claim, now)
        })
        .await
}

/// Takes an opinion from the page, in the name of the customer, and gives the page with it.
pub async fn rate_by_link(
    app: &App,
    token: &str,
    input: PageInput,
) -> Result<RatingPage, PageError> {
    let claim = Claim::read(token)?;
    let now = app.clock().now();
    let identity = app
        .store()
        .read(claim.workspace, move |tx| {
            claim.prove(tx, now)?;
            let session = session(tx, &claim)?;
            let conversation = store::get(tx, session.conversation_id)?;
            Ok::<_, LinkError>(conversation.ok_or(LinkError::Invalid)?.identity_id)
        })
        .await?;
    let principal = Principal {
        workspace: claim.workspace,
        actor: Actor::Visitor(identity),
        access: Arc::new(Access::default()),
        credential: Credential::Internal,
        request_id: input.request_id.clone(),
        causes: Vec::new(),
    };
    app.write(&principal, move |tx, ctx| {
        claim.prove(tx, ctx.now())?;
        let session = session(tx, &claim)?;
        let before =
            store::get_for_update(tx, session.conversation_id)?.ok_or(LinkError::Invalid)?;
        // Read again under the lock: two answers at once leave a trace of both.
        let session = store::sessions::get(tx, session.id)?.ok_or(LinkError::Invalid)?;
        let rating = RatingInput {
            session_id: session.id,
            ..input.rating.clone()
        };
        take(tx, ctx, &before, session, &rating, RatingSource::Link)?;
        Ok::<_, PageError>(page(tx, &claim, ctx.now())?)
    })
    .await
}

/// What the page sends.
#[derive(Debug, Clone)]
pub struct PageInput {
    /// The opinion; its session is the one of the link.
    pub rating: RatingInput,
    /// The request, for events.
    pub request_id: Option<String>,
}

/// Why the page could not take an opinion.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The link leads nowhere.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The opinion was refused.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] zhiyin_store::StoreError),
}
