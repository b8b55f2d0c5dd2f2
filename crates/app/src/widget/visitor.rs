//! Opening the widget: finding the inbox, knowing the visitor again, proving who it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::contact::{
    Attributes, Contact, Identity, IdentityKind, Personal, VisitContext, check_attributes,
    clean_name,
};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::inbox::{Channel, Inbox};
use zhiyin_domain::limits::VISITOR_TOKEN_LIFETIME;
use zhiyin_domain::permission::Access;
use zhiyin_domain::secret::Secret;
use zhiyin_store::widget::{Visitor, VisitorToken};
use zhiyin_store::{StoreError, Tx, contacts, inboxes, widget as store};

use super::contact::{save_contact, unblocked};
use super::identify::{Claims, IdentityProof, verify};
use super::{VisitorView, WidgetError, talk};
use crate::attributes::{Trust, take_in};
use crate::{App, Context, Credential, Principal};

/// Before every token, so that one is recognised in a log or a leak.
const TOKEN_PREFIX: &str = "zv_";

/// An authenticated visitor.
#[derive(Debug, Clone)]
pub struct VisitorAuth {
    /// Who acts.
    pub principal: Principal,
    /// What the token stands for.
    pub visitor: Visitor,
}

fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn auth(visitor: Visitor, request_id: Option<String>) -> VisitorAuth {
    let principal = Principal {
        workspace: visitor.workspace,
        actor: Actor::Visitor(visitor.identity_id),
        access: Arc::new(Access::default()),
        credential: Credential::Visitor(visitor.token_id),
        request_id,
        causes: Vec::new(),
    };
    VisitorAuth { principal, visitor }
}

/// The inbox behind a public key, if the page at `origin` may embed it. `origin` is none
/// for requests of our own pages and of programs.
pub async fn find_inbox(
    app: &App,
    key: &str,
    origin: Option<&str>,
) -> Result<(WorkspaceId, Inbox), WidgetError> {
    if key.is_empty() || key.len() > 64 {
        return Err(WidgetError::InboxNotFound);
    }
    let key = key.to_owned();
    let (workspace, inbox) = app
        .store()
        .read_system(move |system| inboxes::find_by_key(system, &key))
        .await?
        .filter(|(_, inbox)| inbox.channel == Channel::Web)
        .ok_or(WidgetError::InboxNotFound)?;
    if !origin.is_none_or(|origin| inbox.allows_origin(origin)) {
        return Err(WidgetError::OriginNotAllowed);
    }
    Ok((workspace, inbox))
}

/// Whom a token stands for. The same answer for unknown, expired and revoked ones.
pub async fn authenticate(
    app: &App,
    token: &str,
    request_id: Option<String>,
) -> Result<VisitorAuth, WidgetError> {
    if !token.starts_with(TOKEN_PREFIX) || token.len() > 64 {
        return Err(WidgetError::Unauthenticated);
    }
    let hash = token_hash(token);
    if let Some(visitor) = app.visitors().get(&hash, app.clock().now()) {
        return Ok(auth(visitor, request_id));
    }
    let now = app.clock().now();
    let generation = app.visitors().generation();
    let lookup = hash.clone();
    let visitor = app
        .store()
        .read_system(move |system| store::find_visitor(system, &lookup, now))
        .await?
        .ok_or(WidgetError::Unauthenticated)?;
    app.visitors().put(hash, visitor.clone(), now, generation);
    Ok(auth(visitor, request_id))
}

/// What the widget tells when it opens.
#[derive(Clone)]
pub struct OpenVisitor {
    /// The token it kept from last time.
    pub token: Option<Secret<String>>,
    /// Proof of identity.
    pub identity: Option<IdentityProof>,
    /// Language tag of the browser or the site.
    pub locale: String,
    /// Where the visitor is.
    pub context: VisitContext,
    /// Attributes the page set; unsigned.
    pub attributes: Attributes,
    /// Where the browser is, if that is known.
    pub address: Option<IpAddr>,
    /// The request, for events.
    pub request_id: Option<String>,
}

/// The widget is open.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The token to keep; the same as before unless it had to change.
    pub token: Secret<String>,
    /// Who the visitor is.
    pub contact: Contact,
    /// Their conversation, if there is one.
    pub conversation: Option<VisitorView>,
}

/// Opens the widget: knows the visitor again by token, or by proof, or as somebody new.
///
/// With a proof the token is always replaced, so one that leaked before log-in is worth
/// nothing after it. An anonymous conversation goes along when its visitor is identified
/// for the first time; a visitor the company knows already comes back to their own.
pub async fn open_visitor(
    app: &App,
    workspace: WorkspaceId,
    inbox: &Inbox,
    input: OpenVisitor,
) -> Result<Opened, WidgetError> {
    if !inbox.is_enabled {
        return Err(WidgetError::InboxDisabled);
    }
    if let Some(address) = input.address
        && app.is_address_blocked(workspace, address).await?
    {
        return Err(WidgetError::Blocked);
    }
    check_attributes(&input.attributes)?;
    let known = match &input.token {
        Some(token) => match authenticate(app, token.expose(), None).await {
            Ok(auth) if auth.visitor.inbox_id == inbox.id => Some(auth.visitor),
            Ok(_) | Err(WidgetError::Unauthenticated) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let claims = match &input.identity {
        None if inbox.settings.require_identity => return Err(WidgetError::IdentityRequired),
        None => None,
        Some(proof) => {
            let id = inbox.id;
            let secrets = app
                .store()
                .read(workspace, move |tx| inboxes::secrets(tx, id))
                .await?;
            Some(verify(proof, &secrets, &inbox.key, app.clock().now())?)
        }
    };
    if known.as_ref().is_some_and(|visitor| visitor.is_blocked) {
        return Err(WidgetError::Blocked);
    }
    let replaced = known.as_ref().map(|visitor| visitor.token_id);
    let principal = Principal {
        request_id: input.request_id.clone(),
        ..Principal::system(workspace, "widget")
    };
    let fresh = new_token(app);
    let (inbox, fresh_token) = (inbox.clone(), fresh.clone());
    let opened = app
        .write(&principal, move |tx, ctx| {
            open(
                tx,
                ctx,
                &inbox,
                known.as_ref(),
                claims.as_ref(),
                &input,
                &fresh_token,
            )
        })
        .await?;
    if let Some(token) = replaced {
        app.visitors().forget(token);
    }
    Ok(opened)
}

fn new_token(app: &App) -> String {
    let bytes: [u8; 32] = zhiyin_ports::random_bytes(&*app.parts().rng);
    format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn open(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    known: Option<&Visitor>,
    claims: Option<&Claims>,
    input: &OpenVisitor,
    fresh: &str,
) -> Result<Opened, WidgetError> {
    let identity = match (claims, known) {
        (Some(claims), known) => identify(tx, ctx, inbox, known, claims)?,
        (None, Some(known)) => {
            contacts::get_identity(tx, known.identity_id)?.ok_or(WidgetError::Unauthenticated)?
        }
        (None, None) => create(
            tx,
            ctx,
            inbox,
            IdentityKind::Anonymous,
            fresh_external_id(ctx),
        )?,
    };
    let contact = unblocked(refresh_contact(tx, ctx, &identity, claims, input)?)?;
    let keeps = known.filter(|known| claims.is_none() && known.identity_id == identity.id);
    let expires_at = ctx.now().plus(VISITOR_TOKEN_LIFETIME);
    let token = if let (Some(known), Some(token)) = (keeps, &input.token) {
        store::extend_token(tx, known.token_id, ctx.now(), expires_at, input.address)?;
        token.clone()
    } else {
        if let Some(known) = known {
            store::revoke_token(tx, known.token_id, ctx.now())?;
        }
        let row = VisitorToken {
            id: ctx.id(),
            inbox_id: inbox.id,
            identity_id: identity.id,
            token_hash: token_hash(fresh),
            created_at: ctx.now(),
            expires_at,
            address: input.address,
        };
        store::insert_token(tx, &row)?;
        Secret::new(fresh.to_owned())
    };
    let conversation = talk::find_view(tx, inbox.id, identity.id, ctx.now())?;
    Ok(Opened {
        token,
        contact,
        conversation,
    })
}

fn fresh_external_id(ctx: &Context) -> String {
    format!("anonymous:{}", hex::encode(ctx.random::<16>()))
}

/// The identity a proof stands for: the one known under its user id, else the anonymous
/// one of this browser made certain, else a new one.
fn identify(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    known: Option<&Visitor>,
    claims: &Claims,
) -> Result<Identity, WidgetError> {
    let external_id = format!("user:{}", claims.user_id);
    if let Some(identity) = contacts::find_identity(tx, inbox.id, &external_id)? {
        return Ok(identity);
    }
    let anonymous = match known {
        None => None,
        Some(known) => contacts::get_identity(tx, known.identity_id)?
            .filter(|identity| identity.kind == IdentityKind::Anonymous),
    };
    let identity = match anonymous {
        Some(identity) => {
            let identity = Identity {
                kind: IdentityKind::Verified,
                external_id,
                ..identity
            };
            contacts::save_identity(tx, &identity)?;
            identity
        }
        None => create(tx, ctx, inbox, IdentityKind::Verified, external_id)?,
    };
    let event = Event::ContactIdentified {
        contact_id: identity.contact_id,
        identity_id: identity.id,
    };
    ctx.append(tx, &event)?;
    Ok(identity)
}

fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    kind: IdentityKind,
    external_id: String,
) -> Result<Identity, StoreError> {
    let contact = Contact {
        id: ctx.id(),
        account_id: None,
        personal: Personal::default(),
        locale: inbox.settings.default_locale.as_str().to_owned(),
        attributes: Attributes::new(),
        context: VisitContext::default(),
        is_verified: kind == IdentityKind::Verified,
        is_blocked: false,
        tier: zhiyin_domain::tier::Tier::BASE,
        dedicated_agent_id: None,
        created_at: ctx.now(),
        last_seen_at: ctx.now(),
        version: 1,
    };
    contacts::insert(tx, &contact)?;
    let identity = Identity {
        id: ctx.id(),
        inbox_id: inbox.id,
        contact_id: contact.id,
        kind,
        external_id,
        created_at: ctx.now(),
    };
    contacts::insert_identity(tx, &identity)?;
    let event = Event::ContactCreated {
        contact_id: contact.id,
        identity_id: identity.id,
        inbox_id: inbox.id,
    };
    ctx.append(tx, &event)?;
    Ok(identity)
}

/// Brings the contact up to date with what the site proved and the widget told. Signed
/// facts replace what is known; unsigned ones never overwrite signed attributes.
fn refresh_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    identity: &Identity,
    claims: Option<&Claims>,
    input: &OpenVisitor,
) -> Result<Contact, WidgetError> {
    let before =
        contacts::get_for_update(tx, identity.contact_id)?.ok_or(WidgetError::Unauthenticated)?;
    let mut contact = before.clone();
    contact.last_seen_at = ctx.now();
    contact.context = input.context.clone().trimmed();
    if !input.locale.is_empty() && input.locale.len() <= 35 {
        contact.locale.clone_from(&input.locale);
    }
    take_in(tx, &mut contact, &input.attributes, Trust::Unsigned)?;
    if let Some(claims) = claims {
        contact.is_verified = true;
        if let Some(name) = &claims.name {
            contact.personal.name = clean_name(name)?;
        }
        if let Some(email) = claims.email.as_ref().and_then(|email| email.parse().ok()) {
            contact.personal.email = Some(email);
        }
        if claims.phone.is_some() {
            contact.personal.phone.clone_from(&claims.phone);
        }
    }
    if let Some(claims) = claims {
        take_in(tx, &mut contact, &claims.attributes, Trust::Signed)?;
    }
    check_attributes(&contact.attributes)?;
    check_attributes(&contact.personal.attributes)?;
    save_contact(tx, ctx, &before, &contact)
}

/// Ends the token of this browser, for shared computers. The conversation stays with the
/// company; the browser cannot read it any more.
pub async fn log_out(app: &App, auth: &VisitorAuth) -> Result<(), WidgetError> {
    let id = auth.visitor.token_id;
    app.write(&auth.principal, move |tx, ctx| {
        store::revoke_token(tx, id, ctx.now())
    })
    .await?;
    app.visitors().forget(id);
    Ok(())
}
