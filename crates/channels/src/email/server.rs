//! Mail servers: where they are, how to get in, and what can be wrong with that.

use std::fmt;

use zhiyin_domain::secret::Secret;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (ports 993 and 465).
    Tls,
    /// A plain beginning that must turn into TLS before anything secret is said (ports 143
    /// and 587). A server that does not offer it is refused, never talked to in the clear.
    StartTls,
    /// None. Only for a server on the same machine or a trusted network.
    None,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name, which its certificate must carry, or its address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Certificates in PEM that are trusted in addition to those of the system, for
    /// companies with an authority of their own.
    pub authority: Option<String>,
}

/// How to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogIn {
    /// By password, or by a password made for one program.
    Password {
        /// The user.
        user: String,
        /// The password.
        password: Secret<String>,
    },
    /// By an access token (XOAUTH2), as Google and Microsoft want it.
    Token {
        /// The user.
        user: String,
        /// A token that is valid now; renewing it is the caller's business.
        token: Secret<String>,
    },
}

/// How far one gets on the way into a mailbox, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The name of the server is looked up.
    Resolve,
    /// A connection is made.
    Connect,
    /// It is encrypted, and the certificate checked.
    Encrypt,
    /// The server says what it is.
    Greet,
    /// User and password or token are shown.
    LogIn,
    /// The folder is opened (IMAP).
    Folder,
    /// Mail is read or sent.
    Work,
}

impl Stage {
    /// Its name in the API and in logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Encrypt => "encrypt",
            Self::Greet => "greet",
            Self::LogIn => "log-in",
            Self::Folder => "folder",
            Self::Work => "work",
        }
    }
}

/// What is wrong, as far as it can be told apart; each has its own advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No server has this name.
    UnknownHost,
    /// The server is there, and nothing listens on this port.
    Refused,
    /// No answer in time, or no way there.
    Unreachable,
    /// The port speaks no TLS: wrong port, or it wants STARTTLS.
    NoTls,
    /// The server offers no STARTTLS.
    NoStartTls,
    /// The certificate is of nobody we trust.
    UntrustedCertificate,
    /// The certificate is for another name.
    WrongCertificateName,
    /// The certificate is no longer or not yet valid.
    ExpiredCertificate,
    /// What answers is no mail server of this kind.
    OtherProtocol,
    /// User, password or token are wrong, or the provider wants another way in.
    LogInRefused,
    /// The server knows no way in that we know.
    NoCommonLogIn,
    /// There is no such folder, or it may not be read.
    NoFolder,
    /// The connection was cut in the middle.
    Lost,
    /// The server says that it is busy or that we come too often.
    Busy,
    /// The server said something that fits nowhere else.
    Unexpected,
}

impl Cause {
    /// Its name in the API and in logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownHost => "unknown-host",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::NoTls => "no-tls",
            Self::NoStartTls => "no-starttls",
            Self::UntrustedCertificate => "untrusted-certificate",
            Self::WrongCertificateName => "wrong-certificate-name",
            Self::ExpiredCertificate => "expired-certificate",
            Self::OtherProtocol => "other-protocol",
            Self::LogInRefused => "log-in-refused",
            Self::NoCommonLogIn => "no-common-log-in",
            Self::NoFolder => "no-folder",
            Self::Lost => "lost",
            Self::Busy => "busy",
            Self::Unexpected => "unexpected",
        }
    }

    /// Whether it will not pass by itself: a person must change a setting.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        match self {
            Self::UnknownHost
            | Self::NoTls
            | Self::NoStartTls
            | Self::UntrustedCertificate
            | Self::WrongCertificateName
            | Self::ExpiredCertificate
            | Self::OtherProtocol
            | Self::LogInRefused
            | Self::NoCommonLogIn
            | Self::NoFolder => true,
            Self::Refused | Self::Unreachable | Self::Lost | Self::Busy | Self::Unexpected => false,
        }
    }
}

/// Why a mailbox cannot be reached or used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where it went wrong.
    pub stage: Stage,
    /// What is wrong.
    pub cause: Cause,
    /// What server or system said, in one line. It may name people: show it to who may
    /// manage the mailbox, and never log it.
    pub said: String,
}

impl Trouble {
    /// With the words of whoever reported it.
    pub(crate) fn new(stage: Stage, cause: Cause, said: impl fmt::Display) -> Self {
        let said: String = said
            .to_string()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(500)
            .collect();
        Self { stage, cause, said }
    }

    /// Nobody answered in time.
    pub(crate) fn silent(stage: Stage) -> Self {
        let cause = if stage <= Stage::Connect {
            Cause::Unreachable
        } else {
            Cause::Lost
        };
        Self::new(stage, cause, "no answer in time")
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the mail server cannot be used ({} at {})",
            self.cause.code(),
            self.stage.code()
        )
    }
}

impl std::error::Error for Trouble {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_logged_without_what_the_server_said() {
        let trouble = Trouble::new(
            Stage::LogIn,
            Cause::LogInRefused,
            "NO ada@example.com\r\nlocked",
        );
        assert!(!trouble.to_string().contains("ada"), "{trouble}");
        assert_eq!(trouble.said, "NO ada@example.com  locked");
        assert!(trouble.cause.needs_person());
    }

    #[test]
    fn silence_before_the_connection_is_another_trouble_than_after_it() {
        assert_eq!(Trouble::silent(Stage::Connect).cause, Cause::Unreachable);
        assert_eq!(Trouble::silent(Stage::LogIn).cause, Cause::Lost);
        assert!(!Trouble::silent(Stage::LogIn).cause.needs_person());
    }

    #[test]
    fn secrets_are_not_printed() {
        let log_in = LogIn::Password {
            user: "help".to_owned(),
            password: Secret::new("tea".to_owned()),
        };
        assert!(!format!("{log_in:?}").contains("tea"));
    }
}
