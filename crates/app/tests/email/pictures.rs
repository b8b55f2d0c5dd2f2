//! Pictures in mails on servers of others.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::desk::{Desk, letter};

const PIXEL: &[u8] = include_bytes!("../../../api/tests/authorization/pixel.png");

/// A server that wants to know who reads, and to get somewhere through whoever fetches.
struct Tracker {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Tracker {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let request = answer(stream.expect("a caller"));
                log.lock().expect("no panic").push(request);
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no panic").clone()
    }

    fn page(&self, paths: &[&str]) -> Vec<u8> {
        let pictures = paths
            .iter()
            .map(|path| format!("<img src=\"http://{}{path}\">", self.address));
        let pictures = pictures.collect::<Vec<_>>().concat();
        let plain = letter(
            "From: Ada <ada@customer.example>\r\nTo: help@tea.example\r\n\
             Message-ID: <shown@customer.example>\r\nSubject: Look",
            &format!("<p>Look</p>{pictures}"),
        );
        let text = String::from_utf8(plain).expect("text");
        text.replace("text/plain", "text/html").into_bytes()
    }
}

/// Answers one request; gives what was asked.
fn answer(mut stream: TcpStream) -> String {
    let mut lines = BufReader::new(stream.try_clone().expect("a copy")).lines();
    let mut head = Vec::new();
    while let Some(Ok(line)) = lines.next() {
        if line.is_empty() {
            break;
        }
        head.push(line.to_lowercase());
    }
    let path = head.first().and_then(|line| line.split(' ').nth(1));
    let (more, body): (&str, Vec<u8>) = match path.unwrap_or_default() {
        "/pot.png" => ("200 OK\r\nSet-Cookie: reader=1", PIXEL.to_vec()),
        "/moved" => ("302 Found\r\nLocation: /pot.png", Vec::new()),
        "/loop" => ("302 Found\r\nLocation: /loop", Vec::new()),
        "/inside" => (
            "302 Found\r\nLocation: http://169.254.169.254/key.png",
            Vec::new(),
        ),
        "/page.png" => (
            "200 OK\r\nContent-Type: image/png",
            b"<html><script>".to_vec(),
        ),
        "/drawing.svg" => (
            "200 OK\r\nContent-Type: image/svg+xml",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
        ),
        "/huge.png" => ("200 OK", [PIXEL, &vec![0; 9 * 1024 * 1024]].concat()),
        _ => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    let answer = format!("HTTP/1.1 {more}\r\nContent-Length: {length}\r\n\r\n");
    // Who fetches hangs up when it has enough.
    if let Err(error) = stream.write_all(&[answer.as_bytes(), &body].concat()) {
        head.push(error.to_string());
    }
    head.join("\n")
}

/// The addresses of pictures in the page of a mail.
fn sources(html: &str) -> Vec<String> {
    let sources = html.split("<img src=\"").skip(1);
    let sources = sources.filter_map(|rest| rest.split('"').next());
    sources.map(|it| it.replace("&amp;", "&")).collect()
}

/// A mail with pictures at these paths, and the address of its page.
async fn received(paths: &[&str]) -> (Desk, Tracker, Value) {
    let tracker = Tracker::new();
    let mut desk = Desk::new().await;
    desk.arrives(&tracker.page(paths)).await;
    let mut messages = desk.messages(&desk.conversation().await).await;
    (desk, tracker, messages.remove(0))
}

async fn page(desk: &Desk, message: &Value, query: &str) -> String {
    let url = message["email"]["html_url"].as_str().expect("a link");
    desk.t.admin.get(format!("{url}{query}")).await.text()
}

#[tokio::test]
async fn nothing_is_loaded_until_somebody_asks_and_then_by_us_once() {
    let (desk, tracker, message) = received(&["/pot.png", "/moved"]).await;
    assert_eq!(message["email"]["has_remote_images"], true);
    let blocked = page(&desk, &message, "").await;
    assert!(blocked.contains("data-pictures=\"blocked\""), "{blocked}");
    assert!(!blocked.contains(&tracker.address), "{blocked}");
    assert_eq!(tracker.heard(), Vec::<String>::new());

    let shown = page(&desk, &message, "?pictures=show").await;
    assert!(shown.contains("data-pictures=\"shown\""), "{shown}");
    let sources = sources(&shown);
    assert_eq!(sources.len(), 2, "{shown}");
    for source in &sources {
        assert!(source.starts_with("/api/v1/messages/"), "{source}");
        let picture = desk.t.admin.get(source.as_str()).await;
        assert_eq!(picture.bytes, PIXEL);
        assert_eq!(picture.header("content-type"), Some("image/png"));
        assert_eq!(picture.header("set-cookie"), None);
    }
    let again = desk.t.admin.get(sources[0].as_str()).await;
    assert_eq!(again.bytes, PIXEL);
    let heard = tracker.heard();
    assert_eq!(heard.len(), 3, "each once, and one that moved: {heard:?}");
    for request in heard {
        assert!(
            !request.contains("cookie") && !request.contains("referer"),
            "{request}"
        );
    }
}

#[tokio::test]
async fn what_is_no_picture_or_leads_inside_is_not_given() {
    let paths = [
        "/loop",
        "/inside",
        "/page.png",
        "/drawing.svg",
        "/huge.png",
        "/gone.png",
    ];
    let (desk, tracker, message) = received(&paths).await;
    let shown = page(&desk, &message, "?pictures=show").await;
    let sources = sources(&shown);
    assert_eq!(sources.len(), paths.len());
    for (source, path) in sources.iter().zip(paths) {
        let answer = desk.t.admin.get(source.as_str()).await;
        assert_eq!(answer.summary(), "404 not-found", "{path}");
    }
    // Failures are remembered for a while, too.
    let before = tracker.heard().len();
    desk.t.admin.get(sources[2].as_str()).await;
    assert_eq!(tracker.heard().len(), before);
}

#[tokio::test]
async fn only_addresses_that_stand_in_the_mail_are_fetched() {
    let (desk, tracker, message) = received(&["/pot.png"]).await;
    let shown = page(&desk, &message, "?pictures=show").await;
    let source = sources(&shown).remove(0);
    let other = source.replace("pot.png", "key.png");
    let answer = desk.t.admin.get(other).await;
    assert_eq!(answer.summary(), "422 invalid-field /proof");
    let unproved = source
        .split("&proof=")
        .next()
        .expect("an address")
        .to_owned();
    let answer = desk.t.admin.get(unproved).await;
    assert_eq!(answer.summary(), "422 invalid-field /proof");
    let stranger = desk.t.anonymous().get(source).await;
    assert_eq!(stranger.summary(), "401 unauthenticated");
    assert_eq!(tracker.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn pictures_of_a_sender_are_shown_from_then_on_but_not_in_forged_mails() {
    let (mut desk, tracker, message) = received(&["/pot.png"]).await;
    let id = message["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/messages/{id}/email/pictures");
    assert_eq!(desk.t.admin.put(path.as_str()).await.summary(), "204");
    let shown = page(&desk, &message, "").await;
    assert!(shown.contains("data-pictures=\"shown\""), "{shown}");

    let forged = String::from_utf8(tracker.page(&["/pot.png"])).expect("text");
    let forged = forged.replace("<shown@", "<forged@");
    let told = "Authentication-Results: mx.tea.example; dmarc=fail\r\n";
    desk.arrives(format!("{told}{forged}").as_bytes()).await;
    let newest = desk.conversations().await.remove(0);
    let forged = desk.messages(&newest).await.remove(0);
    let blocked = page(&desk, &forged, "").await;
    assert!(blocked.contains("data-pictures=\"blocked\""), "{blocked}");
    let id = forged["id"].as_str().expect("an id");
    let refused = desk
        .t
        .admin
        .put(format!("/api/v1/messages/{id}/email/pictures"));
    assert_eq!(refused.await.summary(), "422 invalid-field /email/from");

    assert_eq!(desk.t.admin.delete(path.as_str()).await.summary(), "204");
    let blocked = page(&desk, &message, "").await;
    assert!(blocked.contains("data-pictures=\"blocked\""), "{blocked}");
}
