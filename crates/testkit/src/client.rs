//! A caller of the API, without a network.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

/// Largest answer a test looks at.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Somebody who sends requests, with headers of their own.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
}

/// A request that is sent when it is awaited.
#[must_use = "a request is sent when it is awaited"]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    body: Body,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    /// Somebody without credentials, for a test that builds its own program.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            headers: HeaderMap::new(),
        }
    }

    /// The same caller with one more header on every request, or another value of it.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        let mut client = self.clone();
        client
            .headers
            .insert(name, HeaderValue::from_str(value).expect("a header value"));
        client
    }

    /// The same caller without a header.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut client = self.clone();
        client.headers.remove(name);
        client
    }

    /// The headers of every request.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Any request.
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request {
            client: self.clone(),
            method,
            path: path.into(),
            body: Body::empty(),
        }
    }

    /// GET.
    pub fn get(&self, path: impl Into<String>) -> Request {
        self.request(Method::GET, path)
    }

    /// POST.
    pub fn post(&self, path: impl Into<String>) -> Request {
        self.request(Method::POST, path)
    }

    /// PUT.
    pub fn put(&self, path: impl Into<String>) -> Request {
        self.request(Method::PUT, path)
    }

    /// PATCH.
    pub fn patch(&self, path: impl Into<String>) -> Request {
        self.request(Method::PATCH, path)
    }

    /// DELETE.
    pub fn delete(&self, path: impl Into<String>) -> Request {
        self.request(Method::DELETE, path)
    }
}

impl Request {
    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.client = self.client.with(name, value);
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: impl Into<Value>) -> Self {
        self.client = self.client.with("content-type", "application/json");
        self.body = Body::from(body.into().to_string());
        self
    }

    /// Any body.
    pub fn body(mut self, kind: &str, body: impl Into<Body>) -> Self {
        self.client = self.client.with("content-type", kind);
        self.body = body.into();
        self
    }

    /// A form with one file, and one text field if named.
    pub fn file(self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let boundary = "zhiyin-test-boundary";
        let mut body = Vec::new();
        body.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: {media_type}\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={boundary}"), body)
    }

    async fn send(self) -> TestResponse {
        let mut request = axum::http::Request::builder()
            .method(self.method)
            .uri(self.path)
            .body(self.body)
            .expect("a request that can be sent");
        request.headers_mut().extend(self.client.headers);
        let response = match self.client.router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, ANSWER_BYTES_MAX)
            .await
            .expect("an answer that ends");
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            bytes: bytes.to_vec(),
        }
    }
}

impl IntoFuture for Request {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl TestResponse {
    /// The body as JSON; `null` if there is none.
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!(
                "not JSON ({error}): {}",
                String::from_utf8_lossy(&self.bytes)
            )
        })
    }

    /// A field of the body by JSON pointer, as text.
    pub fn text_at(&self, pointer: &str) -> String {
        let json = self.json();
        let value = json
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer} in {json}"));
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("an ASCII header"))
    }

    /// Fails with the answer unless it has this status.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the check is the point; the answer is often of no interest"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// One line: the status, and of a problem the code and the fields.
    pub fn summary(&self) -> String {
        let status = self.status.as_u16();
        let is_problem = self.header("content-type") == Some("application/problem+json");
        if !is_problem {
            return status.to_string();
        }
        let json = self.json();
        let mut line = format!("{status} {}", json["code"].as_str().unwrap_or("?"));
        for field in json["fields"].as_array().into_iter().flatten() {
            line.push(' ');
            line.push_str(field["path"].as_str().unwrap_or("?"));
        }
        line
    }
}
