//! The client's end of a stream: as much WebSocket as our own server speaks.
//!
//! Two hundred agents who see a thousand messages a second are 200,000 frames a second on
//! the machine that is measured, and twenty thousand idle visitors must fit into memory
//! beside it. So a frame is looked at where it was received, and a buffer is as small as
//! its user says.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::http::{Place, find};

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: &[u8] = br#"{"t":"ping"}"#;
const PONG: &str = r#"{"t":"pong"}"#;
/// Largest frame that is taken.
const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Addresses of this machine among which connections are spread: each has its own ports.
const SOURCES: u8 = 8;

/// A stream. Received bytes are between `start` and `end` of the buffer.
pub struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// How a stream is opened.
pub struct Opening<'a> {
    /// The path of the stream.
    pub path: &'a str,
    /// Headers besides those of the upgrade.
    pub headers: &'a [(&'static str, String)],
    /// Bytes of the buffer; it grows for a frame that is larger.
    pub buffer: usize,
    /// Which of this machine's addresses it comes from, if the server is on it too.
    pub source: usize,
}

impl Socket {
    /// Connects, and upgrades the connection.
    pub async fn open(place: &Place, opening: &Opening<'_>) -> Result<Self> {
        let stream = connect(place.address, opening.source).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self {
            stream,
            buffer: vec![0; opening.buffer],
            start: 0,
            end: 0,
        };
        let mut head = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            opening.path, place.host
        );
        for (name, value) in opening.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        socket.stream.write_all(head.as_bytes()).await?;
        socket.upgraded().await?;
        Ok(socket)
    }

    async fn upgraded(&mut self) -> Result<()> {
        loop {
            self.receive().await?;
            let received = &self.buffer[..self.end];
            if let Some(end) = find(received, b"\r\n\r\n") {
                if !received.starts_with(b"HTTP/1.1 101") {
                    bail!("no stream: {}", String::from_utf8_lossy(received));
                }
                self.start = end + 4;
                return Ok(());
            }
        }
    }

    /// Sends a text.
    pub async fn say(&mut self, text: &str) -> Result<()> {
        let mut frame = vec![0x80 | TEXT];
        // A client has to mask what it sends; a mask of zeros leaves it as it is.
        match (u8::try_from(text.len()), u16::try_from(text.len())) {
            (Ok(length @ ..126), _) => frame.push(0x80 | length),
            (_, Ok(length)) => {
                frame.push(0x80 | 0x7e);
                frame.extend(length.to_be_bytes());
            }
            _ => bail!("nothing a client says is that long"),
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.stream.write_all(&frame).await?;
        Ok(())
    }

    /// The next text; none at the end of the stream. Pings are answered.
    ///
    /// Nothing is lost when the future is dropped before it is ready.
    pub async fn hear(&mut self) -> Result<Option<&[u8]>> {
        loop {
            let Some((kind, place)) = self.take()? else {
                if self.receive().await.is_err() {
                    return Ok(None);
                }
                continue;
            };
            match kind {
                CLOSE => return Ok(None),
                TEXT if self.buffer[place.clone()] == *PING => self.say(PONG).await?,
                TEXT => return Ok(Some(&self.buffer[place])),
                _ => {}
            }
        }
    }

    /// The next frame that is received as a whole: its kind and where its text is.
    fn take(&mut self) -> Result<Option<(u8, Range<usize>)>> {
        let received = &self.buffer[self.start..self.end];
        let [first, second, rest @ ..] = received else {
            return Ok(None);
        };
        let (head, length) = match (second & 0x7f, rest) {
            (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
            (127, _) if rest.len() >= 8 => {
                let length = u64::from_be_bytes(rest[..8].try_into()?);
                (10, usize::try_from(length)?)
            }
            (126 | 127, _) => return Ok(None),
            (length, _) => (2, usize::from(length)),
        };
        if length > FRAME_BYTES_MAX {
            bail!("a frame of {length} bytes");
        }
        if received.len() < head + length {
            return Ok(None);
        }
        let kind = first & 0x0f;
        let begin = self.start + head;
        self.start = begin + length;
        Ok(Some((kind, begin..begin + length)))
    }

    async fn receive(&mut self) -> Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
        }
        match self.stream.read(&mut self.buffer[self.end..]).await? {
            0 => bail!("the server closed the stream"),
            count => self.end += count,
        }
        Ok(())
    }
}

/// Connects; on this machine from one of several addresses, since one has fewer ports than
/// a large test needs.
async fn connect(address: SocketAddr, source: usize) -> Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if address.ip() == IpAddr::from(Ipv4Addr::LOCALHOST) {
        let last = u8::try_from(source % usize::from(SOURCES))? + 1;
        socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into())?;
    }
    socket.connect(address).await.context("cannot connect")
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A server that upgrades, sends `bytes` and gives what it was told.
    async fn exchange(bytes: Vec<u8>, said: &str) -> (Vec<String>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let place = Place::from(listener.local_addr().expect("an address"));
        let server = async {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut head = vec![0; 1024];
            assert!(stream.read(&mut head).await.expect("a head") > 0);
            let mut answer = b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec();
            answer.extend(bytes);
            stream
                .write_all(&answer)
                .await
                .expect("a client that reads");
            let mut said = vec![0; 1024];
            let length = stream.read(&mut said).await.expect("a frame");
            said.truncate(length);
            said
        };
        let client = async {
            let opening = Opening {
                path: "/",
                headers: &[],
                buffer: 64,
                source: 3,
            };
            let mut socket = Socket::open(&place, &opening).await.expect("a stream");
            socket.say(said).await.expect("a server that reads");
            let mut texts = Vec::new();
            while let Some(text) = socket.hear().await.expect("frames") {
                texts.push(String::from_utf8(text.to_vec()).expect("text"));
            }
            texts
        };
        let (heard, texts) = tokio::join!(server, client);
        (texts, heard)
    }

    #[tokio::test]
    async fn frames_of_all_lengths_are_heard_and_said() {
        let long = "x".repeat(70_000);
        let middle = "y".repeat(300);
        let mut bytes = vec![0x81, 2, b'h', b'i'];
        bytes.extend([0x81, 126, 1, 44]);
        bytes.extend(middle.as_bytes());
        bytes.extend([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
        bytes.extend(long.as_bytes());
        let (texts, heard) = exchange(bytes, "hello").await;
        assert_eq!(texts, ["hi".to_owned(), middle, long]);
        assert_eq!(
            heard,
            [&[0x81, 0x85, 0, 0, 0, 0], b"hello" as &[u8]].concat()
        );
    }
}
