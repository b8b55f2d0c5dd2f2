//! One WebSocket: writes what waits in its mailbox, reads frame by frame.
//!
//! Everything that waits is written and flushed at once, so a busy connection costs one
//! system call for many frames. While it writes it listens for being cut: a client that
//! does not read cannot keep its connection. The struct is small on purpose; there are
//! tens of thousands of it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use futures_util::{Sink, Stream};

use super::hub::Hub;
use super::mailbox::{Batch, Bye, Mailbox};
use crate::metrics::Metrics;

/// A client gets this long to take its farewell.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);
/// Who breaks the protocol may not even know how to close.
const FAREWELL_TIMEOUT_BROKEN: Duration = Duration::from_millis(200);

/// Sizes of buffers and frames of a kind of connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Allocated when the connection begins.
    pub read_buffer: usize,
    /// Frames are gathered up to this size before they are written.
    pub write_buffer: usize,
    /// The largest frame a client may send.
    pub frame_max: usize,
}

/// For agents: few connections, much to write.
pub(crate) const AGENT: Sizes = Sizes {
    read_buffer: 4096,
    write_buffer: 16 * 1024,
    frame_max: 256 * 1024,
};
/// For visitors: very many connections, little to say.
pub(crate) const VISITOR: Sizes = Sizes {
    read_buffer: 1024,
    write_buffer: 2048,
    frame_max: 64 * 1024,
};

impl Sizes {
    /// Applies the sizes to a connection that is about to begin. The library's own would
    /// be 128 KiB a buffer and 64 MiB a message.
    pub(crate) fn apply(self, upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
        upgrade
            .read_buffer_size(self.read_buffer)
            .write_buffer_size(self.write_buffer)
            .max_write_buffer_size(usize::MAX)
            .max_message_size(self.frame_max)
            .max_frame_size(self.frame_max)
    }
}

/// A connection.
pub(crate) struct Line {
    socket: WebSocket,
    mailbox: Arc<Mailbox>,
}

/// What came from the client.
pub(crate) enum Heard {
    /// A frame.
    Text(Utf8Bytes),
    /// The connection is over, and why if we ended it.
    Over(Option<Bye>),
}

enum Step {
    Write(Batch),
    Read(Option<Result<Message, axum::Error>>),
}

impl Line {
    /// A connection whose hello is awaited.
    pub(crate) fn new(socket: WebSocket, hub: &Hub) -> Self {
        let mailbox = Arc::new(Mailbox::default());
        hub.wheel().join(&mailbox);
        Self { socket, mailbox }
    }

    /// Where frames for this connection go.
    pub(crate) fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// Writes until the client says something or the connection is over.
    pub(crate) async fn hear(&mut self, hub: &Hub, metrics: &Metrics) -> Heard {
        loop {
            let message = match self.step().await {
                Step::Write(batch) => {
                    let bye = batch.bye;
                    metrics
                        .frames
                        .inc_by(u64::try_from(batch.frames.len()).unwrap_or(0));
                    if let Err(over) = self.write(batch).await {
                        return Heard::Over(over);
                    }
                    if bye.is_some() {
                        return Heard::Over(bye);
                    }
                    continue;
                }
                Step::Read(None) => return Heard::Over(None),
                Step::Read(Some(Ok(message))) => message,
                // Not masked, too large, not UTF-8, not a frame at all.
                Step::Read(Some(Err(_))) => return Heard::Over(Some(Bye::BadFrame)),
            };
            self.mailbox.heard(hub.wheel().now());
            match message {
                Message::Text(text) => return Heard::Text(text),
                Message::Binary(_) => return Heard::Over(Some(Bye::BadFrame)),
                // Answered by the library.
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => return Heard::Over(None),
            }
        }
    }

    /// Says why the connection ends, and ends it.
    pub(crate) async fn part(mut self, bye: Option<Bye>, metrics: &Metrics) {
        self.mailbox.close();
        let Some(bye) = bye else { return };
        metrics.farewell(bye.as_str());
        let farewell = async {
            let close = CloseFrame {
                code: bye.close_code(),
                reason: Utf8Bytes::from_static(bye.as_str()),
            };
            self.socket.send(Message::Text(bye.frame())).await?;
            self.socket.send(Message::Close(Some(close))).await?;
            // The client closes the connection; what it still sends is not read.
            while let Some(Ok(_)) = self.socket.recv().await {}
            Ok::<_, axum::Error>(())
        };
        let limit = if bye == Bye::BadFrame {
            FAREWELL_TIMEOUT_BROKEN
        } else {
            FAREWELL_TIMEOUT
        };
        if let Ok(Err(error)) = tokio::time::timeout(limit, farewell).await {
            tracing::debug!("A client left without its farewell: {error}");
        }
    }

    async fn step(&mut self) -> Step {
        poll_fn(|cx| {
            if let Poll::Ready(batch) = self.mailbox.poll_take(cx) {
                return Poll::Ready(Step::Write(batch));
            }
            Pin::new(&mut self.socket).poll_next(cx).map(Step::Read)
        })
        .await
    }

    async fn write(&mut self, mut batch: Batch) -> Result<(), Option<Bye>> {
        let Self { socket, mailbox } = self;
        poll_fn(|cx| {
            if let Poll::Ready(bye) = mailbox.poll_cut(cx) {
                return Poll::Ready(Err(Some(bye)));
            }
            write_all(Pin::new(&mut *socket), &mut batch, cx).map_err(|_| None)
        })
        .await
    }
}

fn write_all(
    mut socket: Pin<&mut WebSocket>,
    batch: &mut Batch,
    cx: &mut Context<'_>,
) -> Poll<Result<(), axum::Error>> {
    while !batch.frames.is_empty() {
        ready!(socket.as_mut().poll_ready(cx))?;
        if let Some(frame) = batch.frames.pop_front() {
            socket.as_mut().start_send(Message::Text(frame.text))?;
        }
    }
    socket.as_mut().poll_flush(cx)
}
