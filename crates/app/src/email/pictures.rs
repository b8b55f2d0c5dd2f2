//! Pictures in mails that lie on servers of others. They are fetched by us when somebody asks,
//! so that their server learns neither who reads nor from where: through the guarded client,
//! without cookies or a referrer, only pictures by their bytes, and once for all readers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use url::Url;
use zhiyin_channels::email::picture_links::{PictureLinks, URL_BYTES_MAX};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{MessageId, WorkspaceId};
use zhiyin_domain::mail::{Authentication, Mail, Person};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{HttpAnswer, HttpClient, HttpError, HttpMethod, HttpRequest};
use zhiyin_store::{StoreError, Tx, conversations as talks, mail_pictures as store, mails};

use super::EmailError;
use crate::attachments::run_blocking;
use crate::conversations::{ConversationError, load, message_view};
use crate::{App, Context, Principal};

/// Largest picture, in bytes.
const PICTURE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long one answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(6);
/// Answers until there must be a picture; all but the last lead elsewhere.
const HOPS_MAX: usize = 4;
/// Bytes of pictures that are kept.
const KEPT_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Pictures, and failures, that are remembered.
const KEPT_MAX: usize = 4096;
/// How long a picture is kept.
const FRESH: Duration = Duration::from_hours(24);
/// How long a server is left alone after it gave none.
const FAILED_FRESH: Duration = Duration::from_mins(5);
/// Pictures that are fetched at once.
const AT_ONCE_MAX: usize = 16;

/// A picture that may be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is, by its bytes.
    pub media_type: &'static str,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

type Key = [u8; 32];
/// What came of fetching a picture.
type Fetched = Option<Arc<Picture>>;

#[derive(Default)]
struct Kept {
    entries: HashMap<Key, (Timestamp, Fetched)>,
    order: VecDeque<Key>,
    bytes: usize,
}

impl Kept {
    fn get(&self, key: &Key, now: Timestamp) -> Option<Fetched> {
        let (at, picture) = self.entries.get(key)?;
        let fresh = if picture.is_some() {
            FRESH
        } else {
            FAILED_FRESH
        };
        (now.since(*at) < fresh).then(|| picture.clone())
    }

    fn put(&mut self, key: Key, now: Timestamp, picture: Option<Arc<Picture>>) {
        let size = |it: &Option<Arc<Picture>>| it.as_ref().map_or(0, |it| it.bytes.len());
        self.bytes += size(&picture);
        match self.entries.insert(key, (now, picture)) {
            Some((_, old)) => self.bytes -= size(&old),
            None => self.order.push_back(key),
        }
        while self.bytes > KEPT_BYTES_MAX || self.order.len() > KEPT_MAX {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some((_, old)) = self.entries.remove(&oldest) {
                self.bytes -= size(&old);
            }
        }
    }
}

/// Pictures that were fetched a while ago, and who may fetch now. They are nobody's secret:
/// the address is known only to those who may read the mail.
pub struct Pictures {
    kept: Mutex<Kept>,
    places: Semaphore,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            places: Semaphore::new(AT_ONCE_MAX),
        }
    }
}

impl Pictures {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes and checks addresses of pictures.
pub(super) fn links(tx: &mut Tx<'_>) -> Result<PictureLinks, StoreError> {
    Ok(PictureLinks::new(&store::link_key(tx)?))
}

/// Under which address of ours a picture of a mail is fetched; none for what is no picture on
/// the web.
pub(super) fn link(links: &PictureLinks, message: MessageId, url: &str) -> Option<String> {
    let url = url.trim();
    let parsed = Url::parse(url).ok()?;
    if !matches!(parsed.scheme(), "http" | "https") || url.len() > URL_BYTES_MAX {
        return None;
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("url", url);
    query.append_pair("proof", &links.proof(message, url));
    let query = query.finish();
    Some(format!("/api/v1/messages/{message}/email/picture?{query}"))
}

/// Whether the pictures of a mail are shown without asking. Never for one that is forged:
/// everybody can write the name of somebody who is trusted.
pub(super) fn are_shown(tx: &mut Tx<'_>, mail: &Mail) -> Result<bool, StoreError> {
    match trusted_sender(mail) {
        Some(sender) => store::are_shown(tx, &sender.address),
        None => Ok(false),
    }
}

fn trusted_sender(mail: &Mail) -> Option<&Person> {
    let verdict = mail.meta.authentication.map(Authentication::verdict);
    mail.head
        .from
        .as_ref()
        .filter(|_| verdict != Some("failed"))
}

/// Whether to ask before pictures of the sender of a mail are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Not any more.
    Never,
    /// Each time.
    Always,
}

/// Decides it for everybody in the workspace.
pub fn set_asking(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    asking: Asking,
) -> Result<(), EmailError> {
    let not_found = || ConversationError::MessageNotFound(id);
    let message = talks::messages::get(tx, id)?.ok_or_else(not_found)?;
    match load(tx, ctx, message.conversation_id, Permission::Reply) {
        Err(ConversationError::NotFound(_)) => return Err(not_found().into()),
        other => other?,
    };
    let mail = mails::get(tx, id)?.ok_or_else(not_found)?;
    let sender = trusted_sender(&mail).ok_or(EmailError::Forged)?;
    match asking {
        Asking::Never => store::show(tx, &sender.address, ctx.now())?,
        Asking::Always => store::ask(tx, &sender.address)?,
    }
    if let Some(mailbox) = mail.mailbox_id {
        let event = Event::SettingChanged {
            aggregate: Aggregate::Mailbox,
            id: mailbox.uuid(),
            change: Change::Updated,
        };
        ctx.append(tx, &event)?;
    }
    Ok(())
}

impl App {
    /// A picture that a mail names, for those who may read the mail. `proof` shows that it
    /// stands in it.
    pub async fn mail_picture(
        &self,
        principal: &Principal,
        id: MessageId,
        url: String,
        proof: String,
    ) -> Result<Arc<Picture>, EmailError> {
        let named = url.clone();
        let is_ours = self
            .read(principal, move |tx, ctx| {
                message_view(tx, ctx, id)?;
                let is_ours = links(tx)?.is_ours(id, &named, &proof);
                Ok::<_, ConversationError>(is_ours)
            })
            .await?;
        if !is_ours {
            return Err(EmailError::NotNamed);
        }
        let key = key(principal.workspace, &url);
        let held = self.pictures().kept().get(&key, self.clock().now());
        if let Some(held) = held {
            return held.ok_or(EmailError::NoPicture);
        }
        let Ok(_place) = self.pictures().places.acquire().await else {
            return Err(EmailError::NoPicture);
        };
        let http = Arc::clone(&self.parts().http);
        let found = run_blocking(move || fetch(&*http, &url)).await;
        let found = found.map(Arc::new);
        let mut kept = self.pictures().kept();
        kept.put(key, self.clock().now(), found.clone());
        found.ok_or(EmailError::NoPicture)
    }
}

fn key(workspace: WorkspaceId, url: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(workspace.uuid().as_bytes());
    hash.update(url.as_bytes());
    hash.finalize().into()
}

/// Follows an address to a picture. Each step goes through the guard of the client anew.
fn fetch(http: &dyn HttpClient, url: &str) -> Option<Picture> {
    let mut url = Url::parse(url).ok()?;
    for _ in 0..HOPS_MAX {
        let answer = match http.send(&request(&url)) {
            // Mails name pictures by `http` whose servers speak `https` for long.
            Err(HttpError::NotEncrypted) => {
                url.set_scheme("https").ok()?;
                http.send(&request(&url))
            }
            other => other,
        };
        let answer = answer.ok()?;
        match answer.status {
            200 => return picture(answer),
            301 | 302 | 303 | 307 | 308 => url = url.join(answer.header("location")?).ok()?,
            _ => return None,
        }
    }
    None
}

fn request(url: &Url) -> HttpRequest {
    HttpRequest {
        method: HttpMethod::Get,
        url: url.to_string(),
        headers: vec![(
            "accept",
            "image/webp,image/png,image/jpeg,image/gif".to_owned(),
        )],
        body: Vec::new(),
        time_limit: TIME_LIMIT,
        answer_bytes_max: PICTURE_BYTES_MAX,
    }
}

/// A picture by its bytes, whatever the server calls it. Drawings (SVG) are programs.
fn picture(answer: HttpAnswer) -> Option<Picture> {
    if answer.is_cut {
        return None;
    }
    let kind = infer::get(&answer.body)?.mime_type();
    let media_type = ["image/png", "image/jpeg", "image/gif", "image/webp"]
        .into_iter()
        .find(|it| *it == kind)?;
    Some(Picture {
        bytes: answer.body,
        media_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn failures_are_forgotten_sooner_than_pictures_and_old_ones_make_room() {
        let mut kept = Kept::default();
        let large = || {
            Some(Arc::new(Picture {
                bytes: vec![0; KEPT_BYTES_MAX / 2],
                media_type: "image/png",
            }))
        };
        kept.put([1; 32], at(0), None);
        assert!(kept.get(&[1; 32], at(10)).is_some_and(|it| it.is_none()));
        assert!(kept.get(&[1; 32], at(301)).is_none());
        kept.put([2; 32], at(0), large());
        assert!(kept.get(&[2; 32], at(3_600)).is_some());
        kept.put([2; 32], at(1), large());
        kept.put([3; 32], at(2), large());
        assert!(kept.get(&[2; 32], at(3)).is_some(), "both fit");
        kept.put([4; 32], at(3), large());
        assert!(kept.get(&[2; 32], at(3)).is_none(), "the oldest made room");
        assert_eq!(kept.bytes, KEPT_BYTES_MAX / 2 * 2);
    }
}
