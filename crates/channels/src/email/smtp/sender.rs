//! One connection to an SMTP server, used for many mails.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout};
use zhiyin_domain::email::EmailAddress;

use super::verdict::{Command, Refusal, Verdict};
use crate::email::server::{Cause, Encryption, LogIn, Server, Stage, Trouble};
use crate::email::wire::{self, Wire};

/// How long one command may take (RFC 5321 §4.5.3.2 allows five minutes for most).
const COMMAND_LIMIT: Duration = Duration::from_mins(5);
/// How long a mail may take on its way, and the server to think about it.
const CONTENT_LIMIT: Duration = Duration::from_mins(15);
/// A connection that rested longer is closed: servers forget silent clients.
const REST_MAX: Duration = Duration::from_mins(1);
/// Mails over one connection; some servers count.
const MAILS_MAX: u32 = 50;

/// A mailbox that sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its server.
    pub server: Server,
    /// How to get in; some relays ask nobody.
    pub log_in: Option<LogIn>,
    /// What we call ourselves: the name of this machine in DNS, or the domain of the mailbox.
    pub hello: String,
}

/// From whom and to whom a mail goes, whatever its headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where a report of failure goes; `None` (`<>`) for mail that must not cause one.
    pub from: Option<EmailAddress>,
    /// Who gets it; at least one.
    pub to: Vec<EmailAddress>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Those for whom the server took it.
    pub taken: Vec<EmailAddress>,
    /// Those for whom it did not.
    pub refused: Vec<(EmailAddress, Refusal)>,
    /// What the server said when it took it, in one line.
    pub receipt: String,
}

/// Why a mail was taken for nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server cannot be reached or does not let us in.
    #[error("the mail server cannot be reached")]
    Server(#[source] Trouble),
    /// The server refused the mail as a whole.
    #[error("the mail server refused the mail")]
    Refused(Refusal),
}

impl SendError {
    /// What to do now.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Server(trouble) if trouble.cause.needs_person() => Verdict::Account,
            Self::Server(_) => Verdict::Later,
            Self::Refused(refusal) => refusal.verdict,
        }
    }
}

/// Sends mail of one mailbox over one connection at a time.
#[derive(Debug)]
pub struct Sender {
    account: Account,
    live: Option<Live>,
}

struct Live {
    connection: AsyncSmtpConnection,
    mails: u32,
    used_at: Instant,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("mails", &self.mails)
            .finish_non_exhaustive()
    }
}

/// Connects and logs in, and goes away again.
pub async fn test(account: &Account) -> Result<(), Trouble> {
    let mut connection = connect(account).await?;
    leave(&mut connection).await;
    Ok(())
}

impl Sender {
    /// For a mailbox; connects when the first mail comes.
    #[must_use]
    pub const fn new(account: Account) -> Self {
        Self {
            account,
            live: None,
        }
    }

    /// Hands a mail over. `raw` is sent as it is.
    pub async fn send(&mut self, envelope: &Envelope, raw: &[u8]) -> Result<Outcome, SendError> {
        let mut live = self.connected().await.map_err(SendError::Server)?;
        let result = hand_over(&mut live.connection, envelope, raw).await;
        live.mails += 1;
        live.used_at = Instant::now();
        if live.connection.has_broken() || matches!(result, Err(SendError::Server(_))) {
            return result;
        }
        // Whatever is left of a refused mail must not become part of the next.
        if result.is_err() && !is_reset(&mut live.connection).await {
            return result;
        }
        if live.mails < MAILS_MAX {
            self.live = Some(live);
        } else {
            leave(&mut live.connection).await;
        }
        result
    }

    /// Says good-bye.
    pub async fn close(&mut self) {
        if let Some(mut live) = self.live.take() {
            leave(&mut live.connection).await;
        }
    }

    /// The connection there is, if it still answers, or a new one.
    async fn connected(&mut self) -> Result<Live, Trouble> {
        if let Some(mut live) = self.live.take()
            && live.used_at.elapsed() < REST_MAX
            && is_alive(&mut live.connection).await
        {
            return Ok(live);
        }
        Ok(Live {
            connection: connect(&self.account).await?,
            mails: 0,
            used_at: Instant::now(),
        })
    }
}

async fn is_alive(connection: &mut AsyncSmtpConnection) -> bool {
    timeout(wire::STEP_LIMIT, connection.test_connected())
        .await
        .unwrap_or(false)
}

async fn is_reset(connection: &mut AsyncSmtpConnection) -> bool {
    matches!(
        timeout(wire::STEP_LIMIT, connection.command(Rset)).await,
        Ok(Ok(_))
    )
}

async fn leave(connection: &mut AsyncSmtpConnection) {
    if timeout(wire::STEP_LIMIT, connection.quit()).await.is_err() {
        tracing::debug!("A mail server did not hear our good-bye");
    }
}

async fn connect(account: &Account) -> Result<AsyncSmtpConnection, Trouble> {
    let server = &account.server;
    let hello = ClientId::Domain(account.hello.clone());
    let carrier = Carrier(wire::open(server).await?);
    let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(carrier), &hello);
    let mut connection = match timeout(wire::STEP_LIMIT, greeted).await {
        // A server that waits for TLS says nothing to who does not begin with it.
        Err(_) => {
            let said = "no greeting in time";
            return Err(Trouble::new(Stage::Greet, Cause::OtherProtocol, said));
        }
        Ok(greeted) => greeted.map_err(|error| of_smtp(Stage::Greet, &error))?,
    };
    if server.encryption == Encryption::StartTls {
        if !connection.can_starttls() {
            let said = "the server does not offer STARTTLS";
            return Err(Trouble::new(Stage::Encrypt, Cause::NoStartTls, said));
        }
        let upgraded = connection.starttls(tls_parameters(server)?, &hello);
        within(Stage::Encrypt, wire::STEP_LIMIT, upgraded).await?;
    }
    if let Some(log_in) = &account.log_in {
        authenticate(&mut connection, log_in).await?;
    }
    Ok(connection)
}

fn tls_parameters(server: &Server) -> Result<TlsParameters, Trouble> {
    let unfit = |error: lettre::transport::smtp::Error| {
        Trouble::new(Stage::Encrypt, Cause::UntrustedCertificate, error)
    };
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(authority) = &server.authority {
        let certificate = Certificate::from_pem(authority.as_bytes()).map_err(unfit)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(unfit)
}

async fn authenticate(connection: &mut AsyncSmtpConnection, log_in: &LogIn) -> Result<(), Trouble> {
    let (credentials, mechanisms): (_, &[Mechanism]) = match log_in {
        LogIn::Password { user, password } => (
            Credentials::new(user.clone(), password.expose().clone()),
            &[Mechanism::Plain, Mechanism::Login],
        ),
        LogIn::Token { user, token } => (
            Credentials::new(user.clone(), token.expose().clone()),
            &[Mechanism::Xoauth2],
        ),
    };
    if connection
        .server_info()
        .get_auth_mechanism(mechanisms)
        .is_none()
    {
        let said = "the server offers no way to log in that fits";
        return Err(Trouble::new(Stage::LogIn, Cause::NoCommonLogIn, said));
    }
    let authenticated = connection.auth(mechanisms, &credentials);
    within(Stage::LogIn, COMMAND_LIMIT, authenticated).await?;
    Ok(())
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<Outcome, SendError> {
    let from = envelope.from.as_ref().map(address).transpose()?;
    let parameters = parameters(connection, envelope, raw);
    let mail = connection.command(Mail::new(from, parameters));
    answered(Command::Sender, COMMAND_LIMIT, mail).await?;
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for to in &envelope.to {
        let rcpt = connection.command(Rcpt::new(address(to)?, Vec::new()));
        match answered(Command::Recipient, COMMAND_LIMIT, rcpt).await {
            Ok(_) => taken.push(to.clone()),
            Err(SendError::Refused(refusal)) => refused.push((to.clone(), refusal)),
            Err(error) => return Err(error),
        }
    }
    if taken.is_empty()
        && let Some(refusal) = worst(&refused)
    {
        return Err(SendError::Refused(refusal));
    }
    answered(Command::Content, COMMAND_LIMIT, connection.command(Data)).await?;
    let receipt = answered(Command::Content, CONTENT_LIMIT, connection.message(raw)).await?;
    Ok(Outcome {
        taken,
        refused,
        receipt,
    })
}

/// Of several refusals the one that leaves most hope: all recipients are tried again together.
fn worst(refused: &[(EmailAddress, Refusal)]) -> Option<Refusal> {
    let hope = |verdict| match verdict {
        Verdict::Never => 0,
        Verdict::Account => 1,
        Verdict::Later => 2,
        Verdict::Slower => 3,
    };
    refused
        .iter()
        .map(|(_, refusal)| refusal)
        .max_by_key(|refusal| hope(refusal.verdict))
        .cloned()
}

fn address(address: &EmailAddress) -> Result<Address, SendError> {
    address.as_str().parse().map_err(|_| {
        SendError::Refused(Refusal {
            verdict: Verdict::Never,
            code: None,
            status: None,
            said: "the address cannot be sent to".to_owned(),
        })
    })
}

fn parameters(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    raw: &[u8],
) -> Vec<MailParameter> {
    let info = connection.server_info();
    let mut parameters = Vec::new();
    let is_ascii = |address: &EmailAddress| address.as_str().is_ascii();
    let all_ascii = envelope.from.iter().chain(&envelope.to).all(is_ascii);
    if !all_ascii && info.supports_feature(Extension::SmtpUtfEight) {
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !raw.is_ascii() && info.supports_feature(Extension::EightBitMime) {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    parameters
}

/// A command's answer as text, or the refusal in it.
async fn answered(
    command: Command,
    limit: Duration,
    asked: impl Future<
        Output = Result<
            lettre::transport::smtp::response::Response,
            lettre::transport::smtp::Error,
        >,
    >,
) -> Result<String, SendError> {
    match timeout(limit, asked).await {
        Err(_) => Err(SendError::Server(Trouble::silent(Stage::Work))),
        Ok(Ok(response)) => Ok(response.message().collect::<Vec<_>>().join(" ")),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => {
                let code = u16::from(code);
                SendError::Refused(Refusal::of(command, code, &words_of(&error)))
            }
            None => SendError::Server(of_smtp(Stage::Work, &error)),
        }),
    }
}

/// What the server said, without the words the library puts before it.
fn words_of(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}

async fn within<T>(
    stage: Stage,
    limit: Duration,
    step: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Trouble> {
    timeout(limit, step)
        .await
        .map_err(|_| Trouble::silent(stage))?
        .map_err(|error| of_smtp(stage, &error))
}

fn of_smtp(stage: Stage, error: &lettre::transport::smtp::Error) -> Trouble {
    if wire::tls_error(error).is_some() {
        return wire::of_tls(error);
    }
    if let Some(code) = error.status() {
        let said = words_of(error);
        let cause = match (stage, u16::from(code)) {
            (_, 400..500) => Cause::Busy,
            (Stage::LogIn, _) => Cause::LogInRefused,
            (Stage::Encrypt, _) => Cause::NoStartTls,
            _ => Cause::Unexpected,
        };
        return Trouble::new(stage, cause, said);
    }
    let cause = match stage {
        Stage::Greet if error.is_response() => Cause::OtherProtocol,
        // A refused token is followed by a question that the library does not answer.
        Stage::LogIn if error.is_client() => Cause::LogInRefused,
        _ => Cause::Lost,
    };
    Trouble::new(stage, cause, error)
}

/// A connection in the form the SMTP library takes.
#[derive(Debug)]
struct Carrier(Box<dyn Wire>);

impl AsyncRead for Carrier {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Carrier {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Carrier {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        // Nothing that we call asks for it.
        Err(io::ErrorKind::Unsupported.into())
    }
}
