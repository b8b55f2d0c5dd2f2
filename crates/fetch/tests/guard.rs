//! The client against receivers that misbehave, and names that play tricks.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use zhiyin_fetch::{Allowed, GuardedClient, Resolve, Resolving, SystemResolver};
use zhiyin_ports::{HttpClient as _, HttpError, HttpMethod, HttpRequest};

/// A receiver that counts who comes and hands each connection to `serve`.
struct Receiver {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    fn start(at: &str, serve: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((at, 0)).expect("a free port");
        let receiver = Self {
            address: listener.local_addr().expect("an address"),
            calls: Arc::default(),
            heard: Arc::default(),
        };
        let (calls, heard) = (Arc::clone(&receiver.calls), Arc::clone(&receiver.heard));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                calls.fetch_add(1, Ordering::SeqCst);
                heard.lock().expect("no panic").push(request(&mut stream));
                serve(&mut stream);
            }
        });
        receiver
    }

    fn answering(answer: &'static str) -> Self {
        Self::start("127.0.0.1", move |stream| say(stream, answer.as_bytes()))
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/hook?a=b", self.address.port())
    }
}

/// A client that hangs up early is what some tests are about.
fn say(stream: &mut TcpStream, bytes: &[u8]) {
    if stream.write_all(bytes).is_err() {
        eprintln!("the client has hung up");
    }
}

/// The request up to the end of a body whose length is told; whoever greets in TLS says
/// nothing more.
fn request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).unwrap_or(0);
        text.extend_from_slice(&chunk[..read]);
        if text.first() == Some(&0x16) {
            return String::new();
        }
        let so_far = String::from_utf8_lossy(&text).to_lowercase();
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else {
            if read == 0 {
                return so_far;
            }
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.trim().parse().unwrap_or(0));
        if read == 0 || body.len() >= length {
            return so_far;
        }
    }
}

/// Answers each look-up with the next of these lists, and counts.
struct Tricks {
    answers: Vec<Vec<SocketAddr>>,
    asked: AtomicUsize,
}

impl Tricks {
    fn new(answers: Vec<Vec<SocketAddr>>) -> Arc<Self> {
        let asked = AtomicUsize::new(0);
        Arc::new(Self { answers, asked })
    }
}

impl Resolve for Tricks {
    fn resolve<'a>(&'a self, _host: &'a str, _port: u16) -> Resolving<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn.min(self.answers.len() - 1)].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn client(networks: &[&str], resolver: Arc<dyn Resolve>) -> GuardedClient {
    let networks = networks.iter().map(|it| it.parse().expect("a network"));
    GuardedClient::with(Allowed::new(networks.collect()), resolver, Vec::new())
}

fn local() -> GuardedClient {
    client(&["127.0.0.0/8"], Arc::new(SystemResolver))
}

fn post(url: &str) -> HttpRequest {
    HttpRequest {
        method: HttpMethod::Post,
        url: url.to_owned(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: br#"{"text":"hello"}"#.to_vec(),
        time_limit: Duration::from_secs(20),
        answer_bytes_max: 1_000,
    }
}

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-seen: yes\r\n\r\nok";

#[test]
fn a_request_arrives_whole_and_its_answer_comes_back() {
    let receiver = Receiver::answering(FINE);
    let answer = local()
        .send(&post(&receiver.url("127.0.0.1")))
        .expect("an answer");
    assert_eq!(
        (answer.status, answer.body.as_slice(), answer.is_cut),
        (200, &b"ok"[..], false)
    );
    assert_eq!(answer.header("x-seen"), Some("yes"));
    let heard = receiver.heard.lock().expect("no panic")[0].clone();
    assert!(heard.starts_with("post /hook?a=b http/1.1\r\n"), "{heard}");
    assert!(heard.contains(&format!("host: 127.0.0.1:{}\r\n", receiver.address.port())));
    assert!(heard.ends_with(r#"{"text":"hello"}"#), "{heard}");
}

#[test]
fn what_stands_inside_is_not_even_knocked_at() {
    let receiver = Receiver::answering(FINE);
    let port = receiver.address.port();
    let guarded = client(&[], Arc::new(SystemResolver));
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        for scheme in ["https", "http"] {
            let refused = guarded.send(&post(&format!("{scheme}://{host}:{port}/")));
            assert_eq!(refused, Err(HttpError::NotAllowed), "{scheme} {host}");
        }
    }
    let metadata = guarded.send(&post("http://169.254.169.254/latest/meta-data/"));
    assert_eq!(metadata, Err(HttpError::NotAllowed));
    assert_eq!(receiver.calls(), 0);
}

#[test]
fn a_name_that_changes_its_address_after_the_check_changes_nothing() {
    let inside = Receiver::answering(FINE);
    let outside = Receiver::start("127.0.0.2", |stream| say(stream, FINE.as_bytes()));
    let port = outside.address.port();
    let tricks = Tricks::new(vec![vec![outside.address], vec![inside.address]]);
    let guarded = client(&["127.0.0.2/32"], Arc::clone(&tricks) as _);
    let url = format!("http://rebind.example:{port}/");
    assert_eq!(guarded.send(&post(&url)).map(|it| it.status), Ok(200));
    assert_eq!(tricks.asked.load(Ordering::SeqCst), 1, "looked up once");
    assert_eq!((outside.calls(), inside.calls()), (1, 0));
    // The next request looks again, and is refused.
    assert_eq!(guarded.send(&post(&url)), Err(HttpError::NotAllowed));
    assert_eq!(inside.calls(), 0);
}

#[test]
fn one_address_inside_is_enough_to_refuse_a_name() {
    let inside = Receiver::answering(FINE);
    let outside = Receiver::start("127.0.0.2", |stream| say(stream, FINE.as_bytes()));
    let both = Tricks::new(vec![vec![outside.address, inside.address]]);
    let guarded = client(&["127.0.0.2/32"], both);
    assert_eq!(
        guarded.send(&post("http://both.example/")),
        Err(HttpError::NotAllowed)
    );
    let none = client(&["127.0.0.2/32"], Tricks::new(vec![Vec::new()]));
    assert_eq!(
        none.send(&post("https://none.example/")),
        Err(HttpError::UnknownHost)
    );
    assert_eq!((outside.calls(), inside.calls()), (0, 0));
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let inside = Receiver::answering(FINE);
    let location = inside.url("127.0.0.1");
    let outside = Receiver::start("127.0.0.1", move |stream| {
        let answer = format!("HTTP/1.1 307 x\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        say(stream, answer.as_bytes());
    });
    let answer = local()
        .send(&post(&outside.url("127.0.0.1")))
        .expect("an answer");
    assert_eq!(answer.status, 307);
    assert_eq!(inside.calls(), 0);
}

#[test]
fn a_huge_answer_is_cut() {
    let receiver = Receiver::start("127.0.0.1", |stream| {
        say(
            stream,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        );
        let chunk = [&b"1000\r\n"[..], &[b'x'; 0x1000], b"\r\n"].concat();
        // For ever, or until the client has enough.
        while stream.write_all(&chunk).is_ok() {}
    });
    let answer = local()
        .send(&post(&receiver.url("127.0.0.1")))
        .expect("an answer");
    assert_eq!(
        (answer.status, answer.body.len(), answer.is_cut),
        (200, 1_000, true)
    );
}

#[test]
fn headers_without_end_are_not_waited_for() {
    let receiver = Receiver::start("127.0.0.1", |stream| {
        say(stream, b"HTTP/1.1 200 OK\r\n");
        while stream
            .write_all(b"x-more: and more and more and more\r\n")
            .is_ok()
        {}
    });
    let broken = local().send(&post(&receiver.url("127.0.0.1")));
    assert_eq!(broken, Err(HttpError::Broken));
}

#[test]
fn who_hangs_or_drips_runs_into_the_limit() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = Mutex::new(held);
    let hanging = Receiver::start("127.0.0.1", move |stream| {
        say(
            stream,
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this",
        );
        if held.lock().expect("no panic").recv().is_err() {
            // The test is over.
        }
    });
    let request = HttpRequest {
        time_limit: Duration::from_millis(300),
        ..post(&hanging.url("127.0.0.1"))
    };
    assert_eq!(local().send(&request), Err(HttpError::Timeout));
    drop(release);
}

#[test]
fn what_goes_wrong_has_a_name() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    };
    let url = format!("http://{gone}/");
    assert_eq!(local().send(&post(&url)), Err(HttpError::Unreachable));
    let no_http = Receiver::answering("SSH-2.0-OpenSSH\r\n\r\n");
    assert_eq!(
        local().send(&post(&no_http.url("127.0.0.1"))),
        Err(HttpError::Broken)
    );
    let short = Receiver::answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort");
    assert_eq!(
        local().send(&post(&short.url("127.0.0.1"))),
        Err(HttpError::Broken)
    );
    let plain = Receiver::answering(FINE);
    let encrypted = format!("https://{}/", plain.address);
    assert_eq!(local().send(&post(&encrypted)), Err(HttpError::Tls));
}

#[test]
fn plain_http_is_for_what_the_operator_names() {
    let outside = Tricks::new(vec![vec!["1.1.1.1:80".parse().expect("an address")]]);
    let guarded = client(&["10.0.0.0/8"], outside);
    assert_eq!(
        guarded.send(&post("http://shop.example/")),
        Err(HttpError::NotEncrypted)
    );
}

#[test]
fn a_form_is_told_what_can_never_work() {
    let guarded = client(&[], Arc::new(SystemResolver));
    for (url, refused) in [
        ("https://shop.example/hook", None),
        ("http://shop.example/hook", Some(HttpError::NotEncrypted)),
        ("https://localhost/", Some(HttpError::NotAllowed)),
        ("https://intranet/", Some(HttpError::NotAllowed)),
        ("https://10.0.0.1/", Some(HttpError::NotAllowed)),
        ("https://[::1]/", Some(HttpError::NotAllowed)),
        ("nonsense", Some(HttpError::InvalidUrl)),
    ] {
        assert_eq!(guarded.check(url).err(), refused, "{url}");
    }
    let listed = client(&["10.0.0.0/8"], Arc::new(SystemResolver));
    for url in ["http://10.0.0.1/", "http://intranet/", "https://localhost/"] {
        assert_eq!(listed.check(url), Ok(()), "{url}");
    }
}
