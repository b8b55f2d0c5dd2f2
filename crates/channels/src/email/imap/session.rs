//! One IMAP connection with its folder open.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use async_imap::error::Error as ImapError;
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::UnsolicitedResponse;
use async_imap::{Authenticator, Client};
use futures_util::TryStreamExt as _;
use tokio::time::{sleep, timeout};
use zhiyin_domain::time::Timestamp;

use super::folder::Folder;
use crate::email::server::{Cause, Encryption, LogIn, Server, Stage, Trouble};
use crate::email::wire::{self, Wire};

/// How long one command may take.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);
/// Bytes of a mail asked for at once: little enough for slow lines and small buffers.
const PIECE_BYTES: usize = 512 * 1024;
/// Mails asked about at once.
pub(super) const LIST_MAX: usize = 100;

/// A mailbox to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its server.
    pub server: Server,
    /// How to get in.
    pub log_in: LogIn,
    /// The folder, usually `INBOX`.
    pub folder: String,
}

/// A mail that lies in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub uid: u32,
    /// Its size in bytes as the server says, which need not be exact.
    pub size: u64,
    /// When the server got it.
    pub arrived: Option<Timestamp>,
    /// `Message-ID`, `Date`, `From` and `Subject`, raw.
    pub headers: Vec<u8>,
}

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// The server told of a change.
    News,
    /// Time to look.
    Time,
}

/// A connection with the folder open, read-only.
pub struct Session {
    imap: async_imap::Session<Box<dyn Wire>>,
    folder: Folder,
    can_idle: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Goes all the way into a mailbox and out again; what it finds is what the settings show.
pub async fn test(account: &Account) -> Result<Folder, Trouble> {
    let session = Session::open(account).await?;
    let folder = session.folder();
    session.close().await;
    Ok(folder)
}

impl Session {
    /// Connects, logs in and opens the folder.
    pub async fn open(account: &Account) -> Result<Self, Trouble> {
        let client = greet(&account.server).await?;
        let mut imap = log_in(client, &account.log_in).await?;
        let capabilities = within(Stage::LogIn, imap.capabilities()).await?;
        let can_idle = capabilities.has_str("IDLE");
        let opened = within(Stage::Folder, imap.examine(quoted(&account.folder)?)).await?;
        let Some(uid_validity) = opened.uid_validity else {
            return Err(Trouble::new(
                Stage::Folder,
                Cause::OtherProtocol,
                "the server gives mails no lasting numbers",
            ));
        };
        let folder = Folder {
            uid_validity,
            uid_next: opened.uid_next,
            exists: opened.exists,
        };
        Ok(Self {
            imap,
            folder,
            can_idle,
        })
    }

    /// The folder as it was when it was opened.
    #[must_use]
    pub const fn folder(&self) -> Folder {
        self.folder
    }

    /// Whether the server tells of new mail by itself.
    #[must_use]
    pub const fn can_idle(&self) -> bool {
        self.can_idle
    }

    /// Numbers above `after`, in order.
    pub async fn uids_after(&mut self, after: u32) -> Result<Vec<u32>, Trouble> {
        let query = format!("UID {}:*", after.saturating_add(1));
        let found = within(Stage::Work, self.imap.uid_search(query)).await?;
        // `n:*` names the last mail even if its number is smaller than n.
        let sorted: BTreeSet<u32> = found.into_iter().filter(|uid| *uid > after).collect();
        Ok(sorted.into_iter().collect())
    }

    /// What the server knows about mails. Those that were deleted meanwhile are missing; one
    /// that the server lists and does not give is a failure, so that it is not passed over.
    pub async fn describe(&mut self, uids: &[u32]) -> Result<Vec<Waiting>, Trouble> {
        let mut found = self.fetch_descriptions(uids).await?;
        let missing: Vec<u32> = uids
            .iter()
            .copied()
            .filter(|uid| !found.iter().any(|waiting| waiting.uid == *uid))
            .collect();
        if !missing.is_empty() {
            found.extend(self.fetch_descriptions(&missing).await?);
            self.check_gone(&missing, &found).await?;
        }
        found.sort_by_key(|waiting| waiting.uid);
        Ok(found)
    }

    async fn check_gone(&mut self, missing: &[u32], found: &[Waiting]) -> Result<(), Trouble> {
        let query = format!("UID {}", set_of(missing));
        let listed = within(Stage::Work, self.imap.uid_search(query)).await?;
        let is_held_back = listed
            .iter()
            .any(|uid| !found.iter().any(|waiting| waiting.uid == *uid));
        if is_held_back {
            return Err(Trouble::new(
                Stage::Work,
                Cause::Unexpected,
                "the server lists a mail that it does not give",
            ));
        }
        Ok(())
    }

    async fn fetch_descriptions(&mut self, uids: &[u32]) -> Result<Vec<Waiting>, Trouble> {
        const QUERY: &str = "(UID RFC822.SIZE INTERNALDATE \
                             BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])";
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let fetched = within(Stage::Work, async {
            let stream = self.imap.uid_fetch(set_of(uids), QUERY).await?;
            stream.try_collect::<Vec<_>>().await
        })
        .await?;
        Ok(fetched
            .iter()
            .filter_map(|fetch| {
                let uid = fetch.uid?;
                // News about other mails may come in between.
                uids.contains(&uid).then(|| Waiting {
                    uid,
                    size: u64::from(fetch.size.unwrap_or_default()),
                    arrived: fetch
                        .internal_date()
                        .map(|date| Timestamp::from_micros(date.timestamp_micros())),
                    headers: fetch.header().unwrap_or_default().to_vec(),
                })
            })
            .collect())
    }

    /// Writes a mail to `sink` piece by piece, at most `bytes_max` of it; gives how much that
    /// was. `None` if it is not there any more.
    pub async fn read(
        &mut self,
        uid: u32,
        bytes_max: u64,
        sink: &mut (impl std::io::Write + Send),
    ) -> Result<Option<u64>, Trouble> {
        let mut offset: u64 = 0;
        loop {
            let left = bytes_max.saturating_sub(offset);
            let wanted = left.min(PIECE_BYTES as u64);
            if wanted == 0 {
                return Ok(Some(offset));
            }
            let query = format!("(UID BODY.PEEK[]<{offset}.{wanted}>)");
            let fetched = within(Stage::Work, async {
                let stream = self.imap.uid_fetch(uid.to_string(), query).await?;
                stream.try_collect::<Vec<_>>().await
            })
            .await?;
            let piece = fetched
                .iter()
                .filter(|fetch| fetch.uid == Some(uid))
                .find_map(async_imap::types::Fetch::body);
            let Some(piece) = piece else {
                return if offset == 0 {
                    Ok(None)
                } else {
                    Err(Trouble::new(Stage::Work, Cause::Lost, "a mail was cut off"))
                };
            };
            sink.write_all(piece)
                .map_err(|error| Trouble::new(Stage::Work, Cause::Unexpected, error))?;
            offset += piece.len() as u64;
            // The size that the server announces is not always the size it has.
            if (piece.len() as u64) < wanted {
                return Ok(Some(offset));
            }
        }
    }

    /// Waits until the server tells of a change, at most `limit`. A server that cannot tell
    /// is asked after `poll`.
    pub async fn wait(mut self, limit: Duration, poll: Duration) -> Result<(Self, Wake), Trouble> {
        if self.heard_news() {
            return Ok((self, Wake::News));
        }
        if !self.can_idle {
            sleep(poll.min(limit)).await;
            within(Stage::Work, self.imap.noop()).await?;
            return Ok((self, Wake::Time));
        }
        let Self {
            imap,
            folder,
            can_idle,
        } = self;
        let news = imap.unsolicited_responses.clone();
        let mut idle = imap.idle();
        within(Stage::Work, idle.init()).await?;
        // What was told between the last command and the beginning of idling.
        let mut wake = Wake::Time;
        if is_news(|| news.try_recv().ok()) {
            wake = Wake::News;
        } else {
            let (waiting, _until_dropped) = idle.wait_with_timeout(limit);
            match waiting
                .await
                .map_err(|error| of_imap(Stage::Work, &error))?
            {
                IdleResponse::NewData(_) => wake = Wake::News,
                IdleResponse::Timeout | IdleResponse::ManualInterrupt => {}
            }
        }
        let imap = within(Stage::Work, idle.done()).await?;
        let session = Self {
            imap,
            folder,
            can_idle,
        };
        Ok((session, wake))
    }

    fn heard_news(&self) -> bool {
        is_news(|| self.imap.unsolicited_responses.try_recv().ok())
    }

    /// Says good-bye; whether it is heard does not matter.
    pub async fn close(mut self) {
        if let Err(trouble) = within(Stage::Work, self.imap.logout()).await {
            tracing::debug!(error = %trouble, "A mail server did not hear our good-bye");
        }
    }
}

/// Empties the queue of things told unasked; true if there is new mail among them.
fn is_news(next: impl Fn() -> Option<UnsolicitedResponse>) -> bool {
    let mut is_news = false;
    while let Some(response) = next() {
        is_news |= matches!(
            response,
            UnsolicitedResponse::Exists(_) | UnsolicitedResponse::Recent(_)
        );
    }
    is_news
}

async fn greet(server: &Server) -> Result<Client<Box<dyn Wire>>, Trouble> {
    let mut client = Client::new(wire::open(server).await?);
    let other = |said: &str| Trouble::new(Stage::Greet, Cause::OtherProtocol, said);
    match timeout(wire::STEP_LIMIT, client.read_response()).await {
        // A server that waits for TLS says nothing to who does not begin with it.
        Err(_) => return Err(other("no greeting in time")),
        Ok(Ok(Some(_))) => {}
        Ok(Ok(None)) => return Err(of_imap(Stage::Greet, &ImapError::ConnectionLost)),
        Ok(Err(error)) => {
            let trouble = of_imap(Stage::Greet, &ImapError::Io(error));
            return Err(match trouble.cause {
                Cause::Unexpected => other(&trouble.said),
                _ => trouble,
            });
        }
    }
    if server.encryption != Encryption::StartTls {
        return Ok(client);
    }
    let asked = within(
        Stage::Encrypt,
        client.run_command_and_check_ok("STARTTLS", None),
    );
    asked.await.map_err(|trouble| Trouble {
        cause: Cause::NoStartTls,
        ..trouble
    })?;
    let encrypted = wire::encrypt(client.into_inner(), server).await?;
    Ok(Client::new(Box::new(encrypted)))
}

async fn log_in(
    client: Client<Box<dyn Wire>>,
    log_in: &LogIn,
) -> Result<async_imap::Session<Box<dyn Wire>>, Trouble> {
    let tried = async {
        match log_in {
            LogIn::Password { user, password } => client.login(user, password.expose()).await,
            LogIn::Token { user, token } => {
                let token = XOAuth2::new(user, token.expose());
                client.authenticate("XOAUTH2", token).await
            }
        }
        .map_err(|(error, _)| error)
    };
    within(Stage::LogIn, tried).await
}

/// XOAUTH2: the token first; an empty answer to the reason why it was refused.
struct XOAuth2(Option<String>);

impl XOAuth2 {
    fn new(user: &str, token: &str) -> Self {
        Self(Some(format!("user={user}\x01auth=Bearer {token}\x01\x01")))
    }
}

impl Authenticator for XOAuth2 {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// Nothing but printable text may stand in a command.
fn quoted(folder: &str) -> Result<&str, Trouble> {
    if folder.chars().any(char::is_control) {
        return Err(Trouble::new(
            Stage::Folder,
            Cause::NoFolder,
            "a folder name has no control characters",
        ));
    }
    Ok(folder)
}

/// Numbers as IMAP writes a set, runs as ranges.
fn set_of(uids: &[u32]) -> String {
    let mut text = String::new();
    let mut rest = uids;
    while let Some(first) = rest.first() {
        let run = 1 + rest
            .windows(2)
            .take_while(|pair| pair[0].checked_add(1) == Some(pair[1]))
            .count();
        let last = rest[run - 1];
        if !text.is_empty() {
            text.push(',');
        }
        let written = if run == 1 {
            write!(text, "{first}")
        } else {
            write!(text, "{first}:{last}")
        };
        written.expect("writing to a string succeeds");
        rest = &rest[run..];
    }
    text
}

async fn within<T>(
    stage: Stage,
    command: impl Future<Output = Result<T, ImapError>>,
) -> Result<T, Trouble> {
    timeout(COMMAND_LIMIT, command)
        .await
        .map_err(|_| Trouble::silent(stage))?
        .map_err(|error| of_imap(stage, &error))
}

fn of_imap(stage: Stage, error: &ImapError) -> Trouble {
    let cause = match error {
        ImapError::No(said) | ImapError::Bad(said) if is_busy(said) => Cause::Busy,
        ImapError::No(_) | ImapError::Bad(_) | ImapError::Validate(_) => match stage {
            Stage::LogIn => Cause::LogInRefused,
            Stage::Folder => Cause::NoFolder,
            _ => Cause::Unexpected,
        },
        ImapError::ConnectionLost => Cause::Lost,
        ImapError::Io(error) => match wire::tls_error(error) {
            Some(_) => return wire::of_tls(error),
            // The library reports an answer that is no IMAP in this way.
            None if error.kind() == std::io::ErrorKind::Other => Cause::Unexpected,
            None => Cause::Lost,
        },
        _ => Cause::Unexpected,
    };
    Trouble::new(stage, cause, error)
}

/// Response codes (RFC 5530) and what servers say instead.
fn is_busy(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    [
        "unavailable",
        "inuse",
        "too many",
        "limit",
        "try again",
        "temporar",
    ]
    .iter()
    .any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_written_short() {
        assert_eq!(set_of(&[]), "");
        assert_eq!(set_of(&[7]), "7");
        assert_eq!(set_of(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(set_of(&[u32::MAX - 1, u32::MAX]), "4294967294:4294967295");
    }

    #[test]
    fn a_refused_token_is_answered_with_nothing() {
        let mut token = XOAuth2::new("help@tea.example", "abc");
        assert_eq!(
            token.process(b""),
            "user=help@tea.example\x01auth=Bearer abc\x01\x01"
        );
        assert_eq!(token.process(b"{\"status\":\"401\"}"), "");
    }

    #[test]
    fn a_busy_server_is_no_wrong_password() {
        let busy = ImapError::No("[UNAVAILABLE] Temporary authentication failure".to_owned());
        assert_eq!(of_imap(Stage::LogIn, &busy).cause, Cause::Busy);
        let wrong = ImapError::No("[AUTHENTICATIONFAILED] Authentication failed.".to_owned());
        assert_eq!(of_imap(Stage::LogIn, &wrong).cause, Cause::LogInRefused);
    }

    #[test]
    fn a_folder_name_cannot_begin_a_command() {
        assert!(quoted("INBOX\r\nA1 DELETE INBOX").is_err());
        assert!(quoted("Orders \"2026\"").is_ok());
    }
}
