//! A visitor of the widget, with as much HTTP as talking to our own server needs.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zhiyin_ports::IdSource as _;
use zhiyin_ports::system::SystemIds;

/// An answer of our own server is never longer than this.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Somebody who has the chat open.
pub struct Visitor {
    server: SocketAddr,
    token: String,
    seen: i64,
}

impl Visitor {
    /// Opens the chat of an inbox.
    pub async fn open(server: SocketAddr, inbox: &str, locale: &str) -> Result<Self> {
        let path = format!("/api/v1/widget/inboxes/{inbox}/visitors");
        let page = format!("http://{server}/demo/shop");
        let body = json!({ "locale": locale, "context": { "page_url": page } });
        let opened = call(server, "POST", &path, None, Some(&body)).await?;
        let token = opened["token"]
            .as_str()
            .context("no token was given")?
            .to_owned();
        Ok(Self {
            server,
            token,
            seen: 0,
        })
    }

    /// Writes a message.
    pub async fn write(&self, text: &str) -> Result<()> {
        let body = json!({ "client_id": SystemIds.uuid().to_string(), "text": text });
        self.call("POST", "messages", Some(&body)).await.map(drop)
    }

    /// What agents wrote since the last time, oldest first.
    pub async fn new_answers(&mut self) -> Result<Vec<String>> {
        let page = self.call("GET", "messages?limit=20", None).await?;
        let mut answers = Vec::new();
        for message in page["items"].as_array().into_iter().flatten() {
            let seq = message["seq"].as_i64().unwrap_or_default();
            if seq <= self.seen {
                continue;
            }
            self.seen = seq;
            if message["author"]["kind"] == "agent" && message["kind"] == "text" {
                answers.push(message["text"].as_str().unwrap_or_default().to_owned());
            }
        }
        if !answers.is_empty() {
            self.call("POST", "seen", Some(&json!({ "seq": self.seen })))
                .await?;
        }
        Ok(answers)
    }

    /// The session, once it is resolved and may be rated.
    pub async fn resolved_session(&self) -> Result<Option<String>> {
        let conversation = self.call("GET", "conversation", None).await?;
        let session = &conversation["session"];
        let may_rate = session["is_resolved"] == true && session["rating"].is_null();
        Ok(session["id"]
            .as_str()
            .filter(|_| may_rate)
            .map(str::to_owned))
    }

    /// Rates a session.
    pub async fn rate(&self, session: &str, score: u8, comment: Option<&str>) -> Result<()> {
        let body = json!({ "session_id": session, "score": score, "comment": comment });
        self.call("POST", "rating", Some(&body)).await.map(drop)
    }

    async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let path = format!("/api/v1/widget/{path}");
        call(self.server, method, &path, Some(&self.token), body).await
    }
}

async fn call(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let token = token
        .map(|token| format!("authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n{token}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream
        .take(ANSWER_BYTES_MAX)
        .read_to_end(&mut answer)
        .await?;
    read_answer(&String::from_utf8(answer)?).with_context(|| format!("{method} {path}"))
}

/// Status and body of an answer that ended with its connection.
fn read_answer(answer: &str) -> Result<Value> {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).context("the answer has no status")?;
    if !status.starts_with('2') {
        bail!("status {status}: {body}");
    }
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        bail!("the answer comes in pieces, which our server does not do here");
    }
    Ok(if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(body)?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let good = read_answer("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}").unwrap();
        assert_eq!(good["a"], 1);
        assert_eq!(
            read_answer("HTTP/1.1 204 No Content\r\n\r\n").unwrap(),
            Value::Null
        );
        assert!(read_answer("HTTP/1.1 429 Too Many\r\n\r\n{}").is_err());
        assert!(read_answer("").is_err());
    }
}
