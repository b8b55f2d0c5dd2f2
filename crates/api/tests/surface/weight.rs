//! What an idle visitor's stream costs.
//!
//! The clients are bare sockets without buffers of their own, so that what the process
//! grows by is the server's side: task, WebSocket, mailbox, places in the hub and wheel.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use zhiyin_testkit::TestApp;

/// The target of the product is 12 KiB; a debug build may use it up.
const BYTES_MAX: usize = 12 * 1024;
const CONNECTIONS: usize = 400;
/// Opened before measuring, so that pools and maps have grown.
const WARM_UP: usize = 100;

/// Opens a stream by hand and waits for the answer to its hello.
fn open(address: SocketAddr, token: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "GET /api/v1/widget/stream HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).expect("a head");
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).expect("an answer");
        seen.push(byte[0]);
    }
    let hello = format!(r#"{{"t":"hello","token":"{token}","since":null}}"#);
    let len = u8::try_from(hello.len()).expect("a short hello");
    assert!(len < 126);
    // A mask of zeros leaves the text as it is.
    let mut frame = vec![0x81, 0x80 | len, 0, 0, 0, 0];
    frame.extend_from_slice(hello.as_bytes());
    socket.write_all(&frame).expect("a hello");
    loop {
        let mut head = [0; 2];
        socket.read_exact(&mut head).expect("a frame");
        let mut rest = vec![0; usize::from(head[1])];
        socket.read_exact(&mut rest).expect("a whole frame");
        if rest.starts_with(br#"{"t":"sync""#) {
            return socket;
        }
        // On a slow machine the first ping may come before.
        assert_eq!(rest, br#"{"t":"ping"}"#);
    }
}

fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = text
        .split(' ')
        .nth(1)
        .expect("a field")
        .parse()
        .expect("a number");
    pages * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_visitor_costs_little_memory() {
    let t = TestApp::with(|options| {
        options.http.limits = zhiyin_api::guard::limits::RateLimits::off();
    })
    .await;
    let inbox = t.inbox("Shop").await;
    let mut tokens = Vec::new();
    for _ in 0..WARM_UP + CONNECTIONS {
        tokens.push(t.visitor(&inbox).await.token);
    }
    let server = t.listen().await;
    let address = server.address;
    let (grown, sockets) = tokio::task::spawn_blocking(move || {
        let mut sockets: Vec<TcpStream> = tokens[..WARM_UP]
            .iter()
            .map(|token| open(address, token))
            .collect();
        let before = resident_bytes();
        sockets.extend(tokens[WARM_UP..].iter().map(|token| open(address, token)));
        (resident_bytes().saturating_sub(before), sockets)
    })
    .await
    .expect("no panic");
    let each = grown / CONNECTIONS;
    println!("{each} bytes a connection");
    assert_eq!(t.state.hub().connected().visitors, WARM_UP + CONNECTIONS);
    assert!(each <= BYTES_MAX, "{each} bytes a connection");
    drop(sockets);
    server.stop().await;
}
