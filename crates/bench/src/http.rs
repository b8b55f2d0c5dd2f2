//! A small HTTP/1.1 client that keeps its connection: a load generator shares the
//! machine with what it measures, so every cycle it saves is one it does not steal.

use std::net::{SocketAddr, ToSocketAddrs as _};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Largest answer that is taken.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Where a program is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its socket.
    pub address: SocketAddr,
    /// The host it is addressed by.
    pub host: String,
}

impl From<SocketAddr> for Place {
    fn from(address: SocketAddr) -> Self {
        Self {
            address,
            host: address.to_string(),
        }
    }
}

impl Place {
    /// Of an address such as `http://127.0.0.1:8080`. Without TLS: a load generator talks
    /// to the program itself, not to the proxy in front of it.
    pub fn parse(url: &str) -> Result<Self> {
        let host = url
            .strip_prefix("http://")
            .context("the address has to begin with http://, without TLS")?
            .trim_end_matches('/');
        let with_port = if host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
        {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        let address = with_port
            .to_socket_addrs()
            .with_context(|| format!("cannot find {host}"))?
            .next();
        Ok(Self {
            address: address.with_context(|| format!("{host} has no address"))?,
            host: host.to_owned(),
        })
    }

    /// The origin of its own pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }
}

/// A request in the making.
pub struct Request {
    head: String,
    body: String,
}

impl Request {
    /// A request without a body.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\n"),
            body: String::new(),
        }
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(name);
        self.head.push_str(": ");
        self.head.push_str(value);
        self.head.push_str("\r\n");
        self
    }

    /// As whoever has a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a JSON body.
    pub fn json(self, body: &impl Serialize) -> Result<Self> {
        let mut request = self.header("content-type", "application/json");
        request.body = serde_json::to_string(body)?;
        Ok(request)
    }

    fn bytes(&self, host: &str) -> Vec<u8> {
        let (head, length, body) = (&self.head, self.body.len(), &self.body);
        format!("{head}host: {host}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The session cookie, if one is set.
    pub cookie: Option<String>,
    /// What kind of body it has.
    pub media_type: String,
    /// Seconds after which to ask again, if the server says so.
    pub retry_after: Option<u64>,
    body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, if the request succeeded.
    pub fn success(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("the server answers {}: {}", self.status, self.text());
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        self.json()
    }
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    host: String,
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(place: impl Into<Place>) -> Result<Self> {
        let place = place.into();
        let stream = TcpStream::connect(place.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: place.host,
            received: Vec::with_capacity(4096),
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: &Request) -> Result<Answer> {
        self.stream.write_all(&request.bytes(&self.host)).await?;
        self.received.clear();
        let (head_end, mut answer, length) = loop {
            self.receive().await?;
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                let (answer, length) = parse_head(&self.received[..end])?;
                break (end + 4, answer, length);
            }
        };
        let total = head_end + length;
        while self.received.len() < total {
            self.receive().await?;
        }
        answer.body = self.received[head_end..total].to_vec();
        Ok(answer)
    }

    async fn receive(&mut self) -> Result<()> {
        if self.received.len() > ANSWER_BYTES_MAX {
            bail!("the answer is too large");
        }
        match self.stream.read_buf(&mut self.received).await? {
            0 => bail!("the server closed the connection"),
            _ => Ok(()),
        }
    }
}

/// Sends one request on a connection of its own.
pub async fn once(place: impl Into<Place>, request: Request) -> Result<Answer> {
    let request = request.header("connection", "close");
    Connection::open(place).await?.send(&request).await
}

pub(crate) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// Status, cookie and length of the body.
fn parse_head(head: &[u8]) -> Result<(Answer, usize)> {
    let head = std::str::from_utf8(head).context("the head of the answer is not text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let mut answer = Answer {
        status: status.context("the answer has no status")?.parse()?,
        cookie: None,
        media_type: String::new(),
        retry_after: None,
        body: Vec::new(),
    };
    let mut length = 0;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse()?;
        } else if name.eq_ignore_ascii_case("set-cookie") {
            answer.cookie = value.split(';').next().map(str::to_owned);
        } else if name.eq_ignore_ascii_case("content-type") {
            value.clone_into(&mut answer.media_type);
        } else if name.eq_ignore_ascii_case("retry-after") {
            answer.retry_after = Some(value.parse()?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("the answer comes in chunks, which this client does not read");
        }
    }
    Ok((answer, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nset-cookie: s=1; HttpOnly\r\n\
            content-type: application/json\r\nretry-after: 3";
        let (answer, length) = parse_head(head).expect("a head");
        assert_eq!((answer.status, length), (201, 12));
        assert_eq!(answer.cookie.as_deref(), Some("s=1"));
        assert_eq!(answer.media_type, "application/json");
        assert_eq!(answer.retry_after, Some(3));
    }

    #[test]
    fn a_place_is_found_by_its_address() {
        let place = Place::parse("http://127.0.0.1:8080/").expect("a place");
        assert_eq!(place, SocketAddr::from(([127, 0, 0, 1], 8080)).into());
        let place = Place::parse("http://127.0.0.1").expect("a place");
        assert_eq!(
            (place.address.port(), place.host.as_str()),
            (80, "127.0.0.1")
        );
        assert!(Place::parse("https://127.0.0.1").is_err());
    }

    #[test]
    fn a_request_tells_its_length() {
        let request = Request::new("POST", "/x").json(&"é").expect("JSON");
        let text = String::from_utf8(request.bytes("shop.example")).expect("text");
        assert!(text.starts_with("POST /x HTTP/1.1\r\n"));
        assert!(text.contains("\r\nhost: shop.example\r\n"));
        assert!(text.ends_with("content-length: 4\r\n\r\n\"é\""));
    }
}
