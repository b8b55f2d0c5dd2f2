//! One request and its answer over a connection that stands.

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, HOST, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use zhiyin_ports::{HttpAnswer, HttpError, HttpMethod, HttpRequest};

use crate::target::Target;

/// What the other side may send before the body.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Headers of an answer.
const HEADERS_MAX: usize = 100;
/// How Zhiyin names itself.
const AGENT: &str = concat!("Zhiyin/", env!("CARGO_PKG_VERSION"));

/// Sends the request and reads the answer as far as it is wanted.
pub(crate) async fn run<S>(
    stream: S,
    target: &Target,
    request: &HttpRequest,
) -> Result<HttpAnswer, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let built = build(target, request)?;
    let handshake = http1::Builder::new()
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|_| HttpError::Broken)?;
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!("A connection ended early: {error}");
        }
    });
    let answer = match sender.send_request(built).await {
        Ok(answer) => read(answer, request.answer_bytes_max).await,
        Err(_) => Err(HttpError::Broken),
    };
    driver.abort();
    answer
}

fn build(target: &Target, request: &HttpRequest) -> Result<Request<Full<Bytes>>, HttpError> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| HttpError::InvalidUrl);
    let mut headers = HeaderMap::new();
    headers.insert(HOST, value(&target.host_header())?);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    for (name, text) in &request.headers {
        headers.insert(HeaderName::from_static(name), value(text)?);
    }
    let method = match request.method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
    };
    let body = Full::new(Bytes::from(request.body.clone()));
    let mut built = Request::new(body);
    *built.method_mut() = method;
    *built.uri_mut() = target.path().parse().map_err(|_| HttpError::InvalidUrl)?;
    *built.headers_mut() = headers;
    Ok(built)
}

async fn read(answer: http::Response<Incoming>, bytes_max: usize) -> Result<HttpAnswer, HttpError> {
    let (parts, mut incoming) = answer.into_parts();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let mut body = BytesMut::new();
    let mut is_cut = false;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(|_| HttpError::Broken)?.into_data() else {
            continue;
        };
        let room = bytes_max - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            is_cut = true;
            break;
        }
    }
    Ok(HttpAnswer {
        status: parts.status.as_u16(),
        headers: parts.headers.iter().filter_map(text).collect(),
        body: body.to_vec(),
        is_cut,
    })
}
