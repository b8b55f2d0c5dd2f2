//! What one customer sent, and what they were told about it.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde_json::Value;
use tokio::sync::watch;

use crate::company::{message, text};
use crate::http::{Answer, Connection};

/// A message a customer sent.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Their own id for it.
    pub client_id: String,
    /// Its place and id, as acknowledged; none before.
    pub acknowledged: Option<(i64, String)>,
}

/// What one customer sent, in order.
#[derive(Debug)]
pub struct Diary {
    /// The token with which they write.
    pub token: String,
    /// Everything they sent.
    pub entries: Vec<Entry>,
    /// Messages sent again, because nobody answered.
    pub resent: usize,
    /// Of these, the ones that were there already.
    pub known: usize,
    number: usize,
}

impl Diary {
    /// Of a customer who has not written yet.
    pub fn new(number: usize, token: String) -> Self {
        Self {
            token,
            entries: Vec::new(),
            resent: 0,
            known: 0,
            number,
        }
    }

    /// Messages that were acknowledged.
    pub fn acknowledged(&self) -> usize {
        let is_acknowledged = |entry: &&Entry| entry.acknowledged.is_some();
        self.entries.iter().filter(is_acknowledged).count()
    }

    /// Writes one message after the other until the connection breaks, and says when
    /// something was acknowledged.
    pub async fn write_until_cut(
        &mut self,
        address: SocketAddr,
        acknowledged: &watch::Sender<bool>,
    ) -> Result<()> {
        let Ok(mut connection) = Connection::open(address).await else {
            return Ok(());
        };
        loop {
            let is_new = self
                .entries
                .last()
                .is_none_or(|entry| entry.acknowledged.is_some());
            if is_new {
                let client_id = format!("{}-{}", self.number, self.entries.len());
                self.entries.push(Entry {
                    client_id,
                    acknowledged: None,
                });
            }
            if !self.send_last(&mut connection, is_new).await? {
                return Ok(());
            }
            acknowledged.send_if_modified(|is_there| !std::mem::replace(is_there, true));
        }
    }

    /// Sends what has no answer yet.
    pub async fn finish(&mut self, connection: &mut Connection) -> Result<()> {
        let is_open = self
            .entries
            .last()
            .is_some_and(|entry| entry.acknowledged.is_none());
        if is_open && !self.send_last(connection, false).await? {
            bail!("the connection broke without anybody killed");
        }
        Ok(())
    }

    /// Sends the last entry; false if the connection broke.
    async fn send_last(&mut self, connection: &mut Connection, is_new: bool) -> Result<bool> {
        let Some(entry) = self.entries.last_mut() else {
            return Ok(true);
        };
        let line = format!("消息 {} of a customer who waits", entry.client_id);
        let request = message(&self.token, &entry.client_id, &line)?;
        self.resent += usize::from(!is_new);
        let Ok(answer) = connection.send(&request).await else {
            return Ok(false);
        };
        self.known += usize::from(answer.status == 200);
        entry.acknowledged = Some(place(&answer)?);
        Ok(true)
    }
}

/// Place and id of an acknowledged message.
fn place(answer: &Answer) -> Result<(i64, String)> {
    let message: Value = answer.success()?;
    match message["seq"].as_i64() {
        Some(seq) => Ok((seq, text(&message, "id")?)),
        None => bail!("the acknowledgement has no place: {message}"),
    }
}
