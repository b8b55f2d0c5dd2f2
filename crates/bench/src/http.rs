//! A small HTTP/1.1 client that keeps its connection: a load generator shares the
//! machine with what it measures, so every cycle it saves is one it does not steal.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Largest answer that is taken.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request in the making.
pub struct Request {
    head: String,
    body: String,
}

impl Request {
    /// A request without a body.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\nhost: zhiyin.local\r\n"),
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

    fn bytes(&self) -> Vec<u8> {
        let length = self.body.len();
        format!("{}content-length: {length}\r\n\r\n{}", self.head, self.body).into_bytes()
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The session cookie, if one is set.
    pub cookie: Option<String>,
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
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(4096),
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: &Request) -> Result<Answer> {
        self.stream.write_all(&request.bytes()).await?;
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
pub async fn once(address: SocketAddr, request: Request) -> Result<Answer> {
    let request = request.header("connection", "close");
    Connection::open(address).await?.send(&request).await
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
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
        let head = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nset-cookie: s=1; HttpOnly";
        let (answer, length) = parse_head(head).expect("a head");
        assert_eq!((answer.status, length), (201, 12));
        assert_eq!(answer.cookie.as_deref(), Some("s=1"));
    }

    #[test]
    fn a_request_tells_its_length() {
        let request = Request::new("POST", "/x").json(&"é").expect("JSON");
        let text = String::from_utf8(request.bytes()).expect("text");
        assert!(text.starts_with("POST /x HTTP/1.1\r\n"));
        assert!(text.ends_with("content-length: 4\r\n\r\n\"é\""));
    }
}
