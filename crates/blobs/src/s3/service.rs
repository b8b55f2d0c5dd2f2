//! As much of an S3 service as blobs need, on a socket of this machine: it checks every
//! signature (AWS Signature Version 4), answers ranges and can be told to be unwell.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

pub const KEY_ID: &str = "AKIATEST";
pub const SECRET: &str = "a secret key";
pub const REGION: &str = "nowhere-1";

/// What the service holds and what it has seen.
#[derive(Default)]
pub struct State {
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Requests that were answered by their signature and content.
    pub served: usize,
    /// Requests whose signature was wrong.
    pub refused: usize,
    /// Statuses for the next requests, instead of an answer.
    pub unwell: VecDeque<u16>,
}

/// A running service; it ends with the test.
#[derive(Clone)]
pub struct Service {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct Request {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = Self {
            address,
            state: Arc::default(),
        };
        let serving = service.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let service = serving.clone();
                thread::spawn(move || service.serve(&stream));
            }
        });
        service
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(request) = read(&mut reader) {
            let (status, headers, body) = self.answer(&request);
            let mut answer = format!(
                "HTTP/1.1 {status} -\r\ncontent-length: {}\r\netag: \"{}\"\r\n\
                 last-modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n{headers}\r\n",
                body.len(),
                hex::encode(Sha256::digest(&body)),
            )
            .into_bytes();
            if request.method != "HEAD" {
                answer.extend(body);
            }
            if (&*stream).write_all(&answer).is_err() {
                return;
            }
        }
    }

    fn answer(&self, request: &Request) -> (u16, String, Vec<u8>) {
        let mut state = self.state();
        if let Some(status) = state.unwell.pop_front() {
            return (status, String::new(), Vec::new());
        }
        if !is_signed(request) {
            state.refused += 1;
            return (
                403,
                String::new(),
                b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec(),
            );
        }
        state.served += 1;
        let path = request
            .target
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        match (request.method.as_str(), state.objects.get(&path)) {
            ("PUT", _) => {
                state.objects.insert(path, request.body.clone());
                (200, String::new(), Vec::new())
            }
            ("POST", _) => (200, String::new(), delete(&mut state, &path, &request.body)),
            ("DELETE", _) => {
                state.objects.remove(&path);
                (204, String::new(), Vec::new())
            }
            (_, None) => (404, String::new(), Vec::new()),
            (_, Some(bytes)) => part(bytes, request.headers.get("range")),
        }
    }
}

/// The library deletes with a list of names, also a single one.
fn delete(state: &mut State, bucket: &str, list: &[u8]) -> Vec<u8> {
    let list = String::from_utf8_lossy(list).into_owned();
    let mut answer = String::from("<DeleteResult>");
    for rest in list.split("<Key>").skip(1) {
        let name = rest.split("</Key>").next().unwrap_or_default();
        state
            .objects
            .remove(&format!("{}/{name}", bucket.trim_end_matches('/')));
        write!(answer, "<Deleted><Key>{name}</Key></Deleted>").unwrap();
    }
    (answer + "</DeleteResult>").into_bytes()
}

fn part(bytes: &[u8], range: Option<&String>) -> (u16, String, Vec<u8>) {
    let Some(range) = range else {
        return (200, String::new(), bytes.to_vec());
    };
    let (first, last) = range
        .strip_prefix("bytes=")
        .unwrap()
        .split_once('-')
        .unwrap();
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    let header = format!("content-range: bytes {first}-{last}/{}\r\n", bytes.len());
    (206, header, bytes[first..=last].to_vec())
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if !matches!(reader.read_line(&mut line), Ok(length) if length > 0) {
        return None;
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Some(Request {
        method,
        target,
        headers,
        body,
    })
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether the request is signed with our key, as the service's documentation tells.
fn is_signed(request: &Request) -> bool {
    let header = |name: &str| {
        request
            .headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let Some(parts) = header("authorization").strip_prefix("AWS4-HMAC-SHA256 ") else {
        return false;
    };
    let field = |name: &str| {
        let fields = parts.split(", ").flat_map(|part| part.split(','));
        fields
            .into_iter()
            .find_map(|part| part.trim().strip_prefix(name))
            .unwrap_or_default()
    };
    let (credential, names) = (field("Credential="), field("SignedHeaders="));
    let Some((id, scope)) = credential.split_once('/') else {
        return false;
    };
    let payload = header("x-amz-content-sha256");
    let is_whole =
        payload == hex::encode(Sha256::digest(&request.body)) || payload == "UNSIGNED-PAYLOAD";
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut query: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            if pair.contains('=') {
                pair.to_owned()
            } else {
                format!("{pair}=")
            }
        })
        .collect();
    query.sort();
    let mut headers = String::new();
    for name in names.split(';') {
        writeln!(headers, "{name}:{}", header(name)).unwrap();
    }
    let canonical = format!(
        "{}\n{path}\n{}\n{headers}\n{names}\n{payload}",
        request.method,
        query.join("&")
    );
    let date = header("x-amz-date");
    let digest = hex::encode(Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
    let day = date.get(..8).unwrap_or_default();
    let key = [day, REGION, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| {
            sign(&key, part)
        });
    let is_covered = ["host", "x-amz-date", "x-amz-content-sha256"]
        .iter()
        .all(|needed| names.split(';').any(|name| name == *needed));
    id == KEY_ID
        && scope == format!("{day}/{REGION}/s3/aws4_request")
        && is_whole
        && is_covered
        && field("Signature=") == hex::encode(sign(&key, &text))
}
