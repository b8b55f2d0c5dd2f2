//! A relay between client and server that can be cut, counts connections, and can hide what
//! a server is able to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A relay to a port of this machine.
pub struct Proxy {
    port: u16,
    connections: Arc<AtomicU32>,
    /// Rises with every cut.
    cuts: watch::Sender<u32>,
}

impl Proxy {
    /// Relays to `port`. A word of the server that equals `hidden` reaches the client with its
    /// first letter changed, so that the client does not find it.
    pub async fn to(port: u16, hidden: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let connections = Arc::new(AtomicU32::new(0));
        let (cuts, cut) = watch::channel(0);
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(relay(client, port, hidden, cut.clone()));
            }
        });
        Self {
            port: own,
            connections,
            cuts,
        }
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Connections made so far.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Ends all connections there are.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn relay(
    client: TcpStream,
    port: u16,
    hidden: Option<&'static str>,
    mut cut: watch::Receiver<u32>,
) {
    cut.mark_unchanged();
    let server = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("the server");
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async { tokio::io::copy(&mut from_client, &mut to_server).await };
    let down = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = from_server.read(&mut buffer).await?;
            if read == 0 {
                return to_client.shutdown().await;
            }
            let piece = &mut buffer[..read];
            if let Some(hidden) = hidden {
                hide(piece, hidden.as_bytes());
            }
            to_client.write_all(piece).await?;
        }
    };
    // Whichever ends first ends the connection, as a cut does.
    tokio::select! {
        _ = up => {}
        _ = down => {}
        _ = cut.changed() => {}
    }
}

fn hide(bytes: &mut [u8], word: &[u8]) {
    let mut at = 0;
    while let Some(found) = bytes[at..]
        .windows(word.len())
        .position(|window| window == word)
    {
        bytes[at + found] = b'X';
        at += found + word.len();
    }
}
