//! Accepts connections, and ends them in order.
//!
//! A loop of our own instead of `axum::serve`: it bounds the number of connections and
//! the time a client may take over its headers, and at the end gives requests in flight
//! and open streams a fixed time to finish.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

use crate::router;
use crate::state::AppState;
use crate::stream;

/// A client has this long for the head of a request; an idle connection lives as long.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest head of a request.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// How long to wait after the system refused a connection (it is out of descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` resolves, then lets streams and requests end.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let streams = stream::start(&state);
    let result = serve_router(listener, router(&state), &state, shutdown).await;
    streams.stop().await;
    result
}

async fn serve_router(
    listener: TcpListener,
    router: Router,
    state: &AppState,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let config = state.config();
    let places = Arc::new(Semaphore::new(config.connections_max));
    let (stopping, stop) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        tokio::spawn(connection(
            stream,
            peer,
            router.clone(),
            stop.clone(),
            place,
        ));
    }
    drop(listener);
    stopping.send_replace(true);
    state.hub().close();
    let everything = u32::try_from(config.connections_max).unwrap_or(u32::MAX);
    let drained = async {
        // All places free means that no connection is left.
        if let Err(closed) = places.acquire_many(everything).await {
            return Err(io::Error::other(closed));
        }
        stream::drained(state.hub()).await;
        Ok(())
    };
    if let Ok(result) = tokio::time::timeout(config.stream.drain, drained).await {
        result
    } else {
        tracing::warn!("Stopped with connections still open");
        Ok(())
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!("Cannot accept a connection: {error}");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
    place: OwnedSemaphorePermit,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("Cannot switch off Nagle's algorithm: {error}");
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        answer(router.clone(), request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stream::stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!("Connection ended: {error}");
    }
    drop(place);
}

async fn answer(router: Router, request: axum::extract::Request) -> Result<Response, Infallible> {
    router.oneshot(request).await
}
