//! A real server on a port of this machine, for streams.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::TestApp;
use crate::client::Client;

/// A frame that does not come in this time does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that runs until it is stopped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

/// A client's end of a stream.
pub struct Socket {
    inner: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl TestApp {
    /// Starts a server. Its feed runs by itself: commits reach the streams without
    /// [`TestApp::run_until_idle`] (on PostgreSQL after it).
    pub async fn listen(&self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            if stopped.await.is_err() {
                // Dropped without a word: the test is over.
            }
        };
        let task = tokio::spawn(zhiyin_api::serve(listener, self.state.clone(), shutdown));
        Server {
            address,
            stop: Some(stop),
            task,
        }
    }
}

impl Server {
    /// Opens a stream with the headers of a client and an origin of our own.
    pub async fn connect(&self, path: &str, client: &Client) -> Result<Socket, Error> {
        let own = format!("http://{}", self.address);
        self.connect_from(path, client, Some(&own)).await
    }

    /// Opens a stream from any origin.
    pub async fn connect_from(
        &self,
        path: &str,
        client: &Client,
        origin: Option<&str>,
    ) -> Result<Socket, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        request.headers_mut().extend(client.headers().clone());
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().expect("a header value"));
        }
        let (inner, _) = connect_async(request).await?;
        Ok(Socket { inner })
    }

    /// Stops the server and waits for its end.
    pub async fn stop(mut self) {
        self.begin_stop();
        self.task.await.expect("no panic").expect("an orderly end");
    }

    /// Tells the server to stop, without waiting.
    pub fn begin_stop(&mut self) {
        if let Some(stop) = self.stop.take()
            && stop.send(()).is_err()
        {
            // The server ended by itself, and its task tells how.
        }
    }
}

impl Socket {
    /// Sends a JSON frame.
    pub async fn say(&mut self, frame: Value) {
        self.inner
            .send(Message::text(frame.to_string()))
            .await
            .expect("an open stream");
    }

    /// Sends anything.
    pub async fn send(&mut self, message: Message) -> Result<(), Error> {
        self.inner.send(message).await
    }

    /// The next JSON frame, `None` when the connection is over. Pings are answered and
    /// left out.
    pub async fn hear(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.inner.next())
                .await
                .expect("a frame in time")?;
            let text = match message {
                Ok(Message::Text(text)) => text,
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => continue,
            };
            let frame: Value = serde_json::from_str(&text).expect("a JSON frame");
            if frame["t"] == "ping" {
                self.say(serde_json::json!({ "t": "pong" })).await;
            } else {
                return Some(frame);
            }
        }
    }

    /// The next frame of a kind; others are skipped.
    pub async fn hear_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self
                .hear()
                .await
                .unwrap_or_else(|| panic!("the stream ended before `{kind}`"));
            if frame["t"] == kind {
                return frame;
            }
        }
    }

    /// The code of the farewell, if the server says one.
    pub async fn farewell(&mut self) -> Option<String> {
        while let Some(frame) = self.hear().await {
            if frame["t"] == "bye" {
                return frame["code"].as_str().map(str::to_owned);
            }
        }
        None
    }

    /// Closes the connection without a word.
    pub fn cut(self) {
        drop(self.inner);
    }
}
