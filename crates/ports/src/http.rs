//! Requests to addresses that somebody typed in: webhooks, pictures in mails, actions of the
//! bot.
//!
//! Whoever implements this guards the network Zhiyin stands in: an address is resolved,
//! checked, and connected to as it was checked; redirects are given back, never followed.
//! It is called in a job or on another thread that may block, never inside a transaction.

use std::fmt;
use std::time::Duration;

use zhiyin_domain::time::Timestamp;

/// Sends requests to addresses that are not ours.
pub trait HttpClient: Send + Sync {
    /// Refuses an address that can never be sent to, as far as that shows without a look
    /// at the network: for forms.
    fn check(&self, url: &str) -> Result<(), HttpError>;

    /// Sends one request and gives whatever answer comes, redirects and failures included.
    fn send(&self, request: &HttpRequest) -> Result<HttpAnswer, HttpError>;
}

/// One request. What it carries may be personal, so `Debug` tells only how large it is.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// How.
    pub method: HttpMethod,
    /// Where to; `https`, and `http` only to networks the operator allows.
    pub url: String,
    /// Names and values besides `host` and `content-length`.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent; may be empty.
    pub body: Vec<u8>,
    /// How long everything may take, from the look-up to the last byte of the answer.
    pub time_limit: Duration,
    /// Bytes of the answer that are kept; the rest is not read.
    pub answer_bytes_max: usize,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    /// Reads.
    Get,
    /// Hands over.
    Post,
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status, such as 204.
    pub status: u16,
    /// Names in small letters, and values that are text.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// Whether there was more.
    pub is_cut: bool,
}

impl fmt::Debug for HttpAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpAnswer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("is_cut", &self.is_cut)
            .finish_non_exhaustive()
    }
}

impl HttpAnswer {
    /// The first value of a header; `name` in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// How long the other side asks to be left alone (RFC 9110 §10.2.3): seconds, or a date
    /// that is compared with `now`. None if it does not say, or not in either form.
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        if let Ok(seconds) = value.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        let seconds = date.as_second() - now.as_micros().div_euclid(1_000_000);
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }
}

/// Why there is no answer. The text never names an address inside the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HttpError {
    /// Not an address to send to.
    #[error("this is no https address without user name and password")]
    InvalidUrl,
    /// Plain `http` to a place that is not on the operator's list.
    #[error("the address must begin with https://")]
    NotEncrypted,
    /// It leads to a network that requests may not go to.
    #[error(
        "the address leads to a private or reserved network, which the operator has not allowed"
    )]
    NotAllowed,
    /// The name has no address.
    #[error("the name of the host is unknown")]
    UnknownHost,
    /// Nobody takes connections there.
    #[error("nobody answers at this address")]
    Unreachable,
    /// The certificate is not accepted, or encryption failed otherwise.
    #[error("the encrypted connection failed; check the certificate")]
    Tls,
    /// It took too long.
    #[error("there was no complete answer in time")]
    Timeout,
    /// The answer is no HTTP, or it broke off.
    #[error("the answer broke off or is not HTTP")]
    Broken,
}

impl HttpError {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::InvalidUrl,
        Self::NotEncrypted,
        Self::NotAllowed,
        Self::UnknownHost,
        Self::Unreachable,
        Self::Tls,
        Self::Timeout,
        Self::Broken,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidUrl => "invalid_url",
            Self::NotEncrypted => "not_encrypted",
            Self::NotAllowed => "not_allowed",
            Self::UnknownHost => "unknown_host",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
        }
    }
}

/// Refuses everything: for programs that never reach out, such as simulations.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHttp;

impl HttpClient for NoHttp {
    fn check(&self, _url: &str) -> Result<(), HttpError> {
        Ok(())
    }

    fn send(&self, _request: &HttpRequest) -> Result<HttpAnswer, HttpError> {
        Err(HttpError::Unreachable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(value: &str) -> HttpAnswer {
        HttpAnswer {
            status: 429,
            headers: vec![("retry-after".to_owned(), value.to_owned())],
            body: Vec::new(),
            is_cut: false,
        }
    }

    #[test]
    fn a_pause_is_read_as_seconds_or_as_a_date() {
        let now = Timestamp::from_micros(1_445_412_480_000_000); // Wed, 21 Oct 2015 07:28:00 GMT
        let pause = |value: &str| answer(value).retry_after(now).map(|it| it.as_secs());
        assert_eq!(pause("120"), Some(120));
        assert_eq!(pause(" 0 "), Some(0));
        assert_eq!(pause("Wed, 21 Oct 2015 07:30:00 GMT"), Some(120));
        for odd in ["", "-5", "soon", "Wed, 21 Oct 2015 07:00:00 GMT"] {
            assert_eq!(pause(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_is_sent_and_answered_is_not_printed() {
        let printed = format!("{:?}", answer("secret"));
        assert!(!printed.contains("secret"), "{printed}");
    }
}
