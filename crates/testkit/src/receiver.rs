//! A system outside that is told things: a server on a port of this machine that keeps what
//! it hears and answers as it is told to.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::Value;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Headers by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: String,
}

impl Heard {
    /// The body, which must be JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    /// A header that must be there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name}"))
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    /// A status with a short body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: format!("answer {status}"),
        }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body(mut self, body: String) -> Self {
        self.body = body;
        self
    }
}

#[derive(Debug, Default)]
struct State {
    heard: Vec<Heard>,
    replies: VecDeque<Reply>,
}

/// A server that answers 200 unless it was told otherwise.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    /// Starts one; it ends with the test.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &shared);
            }
        });
        Self { address, state }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers the next requests like this, one after the other.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().replies.extend(replies);
    }

    /// Everything it heard since it was asked last.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.state().heard)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let Some(heard) = read(&mut stream) else {
        return;
    };
    let reply = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.heard.push(heard);
        state
            .replies
            .pop_front()
            .unwrap_or_else(|| Reply::status(200))
    };
    let mut answer = format!(
        "HTTP/1.1 {} x\r\ncontent-length: {}\r\nconnection: close\r\n",
        reply.status,
        reply.body.len()
    );
    for (name, value) in &reply.headers {
        answer.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    answer.extend(["\r\n", reply.body.as_str()]);
    if stream.write_all(answer.as_bytes()).is_err() {
        eprintln!("the sender has hung up");
    }
}

fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(heard) = parse(&bytes) {
            return Some(heard);
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

/// The request, once it is complete.
fn parse(bytes: &[u8]) -> Option<Heard> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers: BTreeMap<String, String> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap_or(0));
    (body.len() >= length).then(|| Heard {
        headers,
        body: body.to_owned(),
    })
}
