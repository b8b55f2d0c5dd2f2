//! Taking what is new in a folder: each mail once, in order, whatever happens in between.
//!
//! A mail is given to the [`Intake`], which keeps it durably; only then is the position moved.
//! A cut in between gives the same mail again under the same number, which the intake must
//! recognise; a mail under a new number is recognised by its fingerprint.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;
use zhiyin_domain::time::Timestamp;

use super::folder::{Plan, Position, plan};
use super::session::{Account, LIST_MAX, Session, Waiting};
use crate::email::fingerprint::Fingerprint;
use crate::email::parse::parse;
use crate::email::server::Trouble;

/// Of a mail that is too large, this much is read: its headers and the beginning of its text.
const HEAD_BYTES: u64 = 256 * 1024;

/// What is taken, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Mail that the server got before this is left alone; everything is taken without.
    pub since: Option<Timestamp>,
    /// Larger mails are not read whole, in bytes. Coding makes a file a third larger.
    pub bytes_max: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            since: None,
            bytes_max: 100 * 1024 * 1024,
        }
    }
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// An idle connection is looked after this often: routers forget silent ones.
    pub idle: Duration,
    /// A server that cannot tell of new mail is asked this often.
    pub poll: Duration,
    /// After a failure the next attempt comes after this, then after twice as long …
    pub retry_first: Duration,
    /// … and at least this often.
    pub retry_most: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(9),
            poll: Duration::from_mins(1),
            retry_first: Duration::from_secs(5),
            retry_most: Duration::from_mins(5),
        }
    }
}

/// How much of a mail there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than allowed: its beginning. The rest stays on the server.
    Head(Vec<u8>),
}

/// A mail that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The numbering of its UID.
    pub uid_validity: u32,
    /// Its number.
    pub uid: u32,
    /// When the server got it.
    pub arrived: Option<Timestamp>,
    /// Its size in bytes as the server says.
    pub size: u64,
    /// By what it is recognised under another number.
    pub fingerprint: Option<Fingerprint>,
    /// The mail.
    pub content: Content,
}

/// Where mail goes.
pub trait Intake: Send {
    /// Why something could not be kept.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Up to where the folder was taken.
    fn position(&mut self) -> impl Future<Output = Result<Option<Position>, Self::Error>> + Send;

    /// Whether a mail with this fingerprint was taken from this mailbox before.
    fn is_known(
        &mut self,
        fingerprint: &Fingerprint,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Keeps a mail. The same number may come again after a cut.
    fn take(&mut self, arrival: Arrival) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Remembers that everything up to here was taken.
    fn moved(&mut self, position: Position)
    -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The folder was looked through: the mailbox is in order.
    fn looked(&mut self, taken: Taken) -> impl Future<Output = ()> + Send;

    /// The mailbox cannot be read; it is tried again.
    fn troubled(&mut self, trouble: &Trouble) -> impl Future<Output = ()> + Send;
}

/// What became of what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Mails given to the intake.
    pub new: u32,
    /// Mails that were known under another number.
    pub known: u32,
    /// Mails from before the time that was set.
    pub old: u32,
}

/// Why taking stopped.
#[derive(Debug, thiserror::Error)]
pub enum FollowError<E: std::error::Error + 'static> {
    /// The mailbox cannot be used.
    #[error("the mailbox cannot be read")]
    Mailbox(#[source] Trouble),
    /// What was read could not be kept. Nothing is lost: it is still in the mailbox.
    #[error("a mail could not be kept")]
    Intake(#[source] E),
}

impl<E: std::error::Error + 'static> From<Trouble> for FollowError<E> {
    fn from(trouble: Trouble) -> Self {
        Self::Mailbox(trouble)
    }
}

/// Takes everything that is new in the open folder.
pub async fn receive<I: Intake>(
    session: &mut Session,
    rules: &Rules,
    intake: &mut I,
    plan: Plan,
) -> Result<Taken, FollowError<I::Error>> {
    let after = match plan {
        Plan::Nothing => return Ok(Taken::default()),
        Plan::All => {
            // The old position means nothing in the new numbering, not even in an empty folder.
            move_to(session, intake, 0).await?;
            0
        }
        Plan::After(uid) => uid,
    };
    let mut taken = Taken::default();
    let uids = session.uids_after(after).await?;
    for some in uids.chunks(LIST_MAX) {
        for waiting in session.describe(some).await? {
            take_one(session, rules, intake, &waiting, &mut taken).await?;
        }
        // Those that were deleted meanwhile count as taken.
        if let Some(last) = some.last() {
            move_to(session, intake, *last).await?;
        }
    }
    Ok(taken)
}

async fn take_one<I: Intake>(
    session: &mut Session,
    rules: &Rules,
    intake: &mut I,
    waiting: &Waiting,
    taken: &mut Taken,
) -> Result<(), FollowError<I::Error>> {
    if rules.since > waiting.arrived && waiting.arrived.is_some() {
        taken.old += 1;
        return move_to(session, intake, waiting.uid).await;
    }
    let fingerprint = parse(&waiting.headers).and_then(|mail| Fingerprint::of(&mail));
    let is_known = match &fingerprint {
        Some(fingerprint) => intake
            .is_known(fingerprint)
            .await
            .map_err(FollowError::Intake)?,
        None => false,
    };
    if is_known {
        taken.known += 1;
        return move_to(session, intake, waiting.uid).await;
    }
    if let Some(content) = read(session, rules, waiting).await? {
        let arrival = Arrival {
            uid_validity: session.folder().uid_validity,
            uid: waiting.uid,
            arrived: waiting.arrived,
            size: waiting.size,
            fingerprint,
            content,
        };
        intake.take(arrival).await.map_err(FollowError::Intake)?;
        taken.new += 1;
    }
    move_to(session, intake, waiting.uid).await
}

async fn move_to<I: Intake>(
    session: &Session,
    intake: &mut I,
    uid: u32,
) -> Result<(), FollowError<I::Error>> {
    let position = Position {
        uid_validity: session.folder().uid_validity,
        last_uid: uid,
    };
    intake.moved(position).await.map_err(FollowError::Intake)
}

/// The mail, or its beginning; `None` if it was deleted meanwhile.
async fn read(
    session: &mut Session,
    rules: &Rules,
    waiting: &Waiting,
) -> Result<Option<Content>, Trouble> {
    let mut bytes = Vec::new();
    if waiting.size > rules.bytes_max {
        let read = session.read(waiting.uid, HEAD_BYTES, &mut bytes).await?;
        return Ok(read.map(|_| Content::Head(bytes)));
    }
    // One byte more than allowed shows that the announced size was wrong.
    let limit = rules.bytes_max.saturating_add(1);
    let read = session.read(waiting.uid, limit, &mut bytes).await?;
    Ok(read.map(|size| {
        if size > rules.bytes_max {
            bytes.truncate(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX));
            Content::Head(bytes)
        } else {
            Content::Whole(bytes)
        }
    }))
}

/// Follows a mailbox until `stop`: takes what is new, waits for more, and begins again after
/// every failure. Ends early only if the intake fails.
pub async fn follow<I: Intake>(
    account: &Account,
    rules: &Rules,
    patience: &Patience,
    intake: &mut I,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), FollowError<I::Error>> {
    let mut stop = pin!(stop);
    let mut failures: u32 = 0;
    loop {
        let ended = tokio::select! {
            () = &mut stop => return Ok(()),
            ended = stay(account, rules, patience, intake, &mut failures) => ended,
        };
        let trouble = match ended {
            Ok(never) => match never {},
            Err(FollowError::Mailbox(trouble)) => trouble,
            Err(error) => return Err(error),
        };
        intake.troubled(&trouble).await;
        failures = failures.saturating_add(1);
        let pause = pause(patience, failures, trouble.cause.needs_person());
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = sleep(pause) => {}
        }
    }
}

/// How long to wait before the next attempt. What a person must mend is tried rarely:
/// providers lock accounts after many wrong passwords.
fn pause(patience: &Patience, failures: u32, needs_person: bool) -> Duration {
    if needs_person {
        return patience.retry_most;
    }
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(16));
    patience
        .retry_first
        .saturating_mul(doubled)
        .min(patience.retry_most)
}

/// One connection, until it fails. A server cannot number a folder anew while it is open, so
/// what to do is decided when it is opened.
async fn stay<I: Intake>(
    account: &Account,
    rules: &Rules,
    patience: &Patience,
    intake: &mut I,
    failures: &mut u32,
) -> Result<std::convert::Infallible, FollowError<I::Error>> {
    let mut session = Session::open(account).await?;
    let position = intake.position().await.map_err(FollowError::Intake)?;
    let mut next = plan(position, session.folder());
    loop {
        let taken = receive(&mut session, rules, intake, next).await?;
        *failures = 0;
        intake.looked(taken).await;
        (session, _) = session.wait(patience.idle, patience.poll).await?;
        let position = intake.position().await.map_err(FollowError::Intake)?;
        next = Plan::After(position.map_or(0, |position| position.last_uid));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_a_locked_door_is_not_rattled_at() {
        let patience = Patience::default();
        let seconds = |failures, needs_person| pause(&patience, failures, needs_person).as_secs();
        assert_eq!(seconds(1, false), 5);
        assert_eq!(seconds(3, false), 20);
        assert_eq!(seconds(100, false), 300);
        assert_eq!(seconds(1, true), 300);
    }
}
