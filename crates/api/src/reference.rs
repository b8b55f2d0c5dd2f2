//! The description of the API for programs (`/api/openapi.json`) and for people
//! (`/api/docs`).
//!
//! The page is made here from the document, without a script and without anything from
//! another host, so that it works offline and under the strictest policy.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::assets::etag;
use crate::guard::headers::PLAIN_PAGE;
use crate::state::AppState;

const STYLE: &str = include_str!("reference.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The document and the page. They are not part of the document.
pub(crate) fn routes(document: &OpenApi) -> OpenApiRouter<AppState> {
    let json: Arc<str> = document.to_json().unwrap_or_default().into();
    let page: Arc<str> = page(&serde_json::from_str(&json).unwrap_or_default()).into();
    let serve = |text: Arc<str>, kind: &'static str| {
        move |headers: HeaderMap| {
            let text = Arc::clone(&text);
            async move { answer(&headers, &text, kind) }
        }
    };
    OpenApiRouter::new()
        .route("/api/openapi.json", get(serve(json, "application/json")))
        .route("/api/docs", get(serve(page, "text/html; charset=utf-8")))
        .route(
            "/api/docs.css",
            get(serve(STYLE.into(), "text/css; charset=utf-8")),
        )
}

fn answer(headers: &HeaderMap, text: &str, kind: &'static str) -> Response {
    let tag = etag::of(text.as_bytes());
    if let Some(unchanged) = etag::unchanged(headers, &tag) {
        return unchanged;
    }
    let common = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, PLAIN_PAGE),
    ];
    let mut response = (common, text.to_owned()).into_response();
    etag::set(&mut response, &tag);
    response
}

fn page(document: &Value) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Zhiyin API</title><link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body>",
    );
    let tags = document["tags"].as_array().cloned().unwrap_or_default();
    html.push_str("<nav aria-label=\"Sections\"><h2>Zhiyin API</h2><ul>");
    for tag in &tags {
        let name = escape(tag["name"].as_str().unwrap_or_default());
        put(
            &mut html,
            format_args!("<li><a href=\"#tag-{name}\">{name}</a></li>"),
        );
    }
    html.push_str("<li><a href=\"#schemas\">schemas</a></li><li><a href=\"/api/openapi.json\">openapi.json</a></li></ul></nav><main>");
    html.push_str("<h1>API reference</h1>");
    for paragraph in document["info"]["description"]
        .as_str()
        .unwrap_or_default()
        .split("\n\n")
    {
        put(&mut html, format_args!("<p>{}</p>", prose(paragraph)));
    }
    for tag in &tags {
        section(&mut html, document, tag);
    }
    schemas(&mut html, document);
    html.push_str("</main></body></html>");
    html
}

fn section(html: &mut String, document: &Value, tag: &Value) {
    let name = tag["name"].as_str().unwrap_or_default();
    let mut operations = String::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let operation = &item[method];
            let is_here = operation["tags"]
                .as_array()
                .is_some_and(|tags| tags.iter().any(|tag| tag == name));
            if is_here {
                describe(&mut operations, path, method, operation);
            }
        }
    }
    if operations.is_empty() {
        return;
    }
    let (id, text) = (
        escape(name),
        prose(tag["description"].as_str().unwrap_or_default()),
    );
    put(
        html,
        format_args!("<section id=\"tag-{id}\"><h2>{id}</h2><p>{text}</p>{operations}</section>"),
    );
}

fn describe(html: &mut String, path: &str, method: &str, operation: &Value) {
    let id = escape(operation["operationId"].as_str().unwrap_or_default());
    let upper = method.to_uppercase();
    put(
        html,
        format_args!(
            "<article id=\"{id}\"><h3><span class=\"method {method}\">{upper}</span> <code>{}</code> \
             <a class=\"id\" href=\"#{id}\">{id}</a></h3>",
            escape(path),
        ),
    );
    for key in ["summary", "description"] {
        if let Some(text) = operation[key].as_str() {
            put(html, format_args!("<p>{}</p>", prose(text)));
        }
    }
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if !parameters.is_empty() {
        html.push_str("<h4>Parameters</h4><dl>");
        for parameter in &parameters {
            let (name, place) = (parameter["name"].as_str(), parameter["in"].as_str());
            put(
                html,
                format_args!(
                    "<dt><code>{}</code> <span class=\"type\">{}, {}</span></dt><dd>{}</dd>",
                    escape(name.unwrap_or_default()),
                    escape(place.unwrap_or_default()),
                    type_of(&parameter["schema"]),
                    prose(parameter["description"].as_str().unwrap_or_default()),
                ),
            );
        }
        html.push_str("</dl>");
    }
    for (kind, media) in operation["requestBody"]["content"]
        .as_object()
        .into_iter()
        .flatten()
    {
        put(
            html,
            format_args!(
                "<h4>Body</h4><p>{} <span class=\"type\">{}</span></p>",
                type_of(&media["schema"]),
                escape(kind)
            ),
        );
    }
    html.push_str("<h4>Answers</h4><dl>");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let content = response["content"]
            .as_object()
            .and_then(|content| content.values().next());
        put(
            html,
            format_args!(
                "<dt><code>{}</code> {}</dt><dd>{}</dd>",
                escape(status),
                content
                    .map(|media| type_of(&media["schema"]))
                    .unwrap_or_default(),
                prose(response["description"].as_str().unwrap_or_default()),
            ),
        );
    }
    html.push_str("</dl></article>");
}

fn schemas(html: &mut String, document: &Value) {
    html.push_str("<section id=\"schemas\"><h2>schemas</h2>");
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let name = escape(name);
        put(
            html,
            format_args!("<article id=\"schema-{name}\"><h3><code>{name}</code></h3>"),
        );
        put(
            html,
            format_args!(
                "<p>{}</p>",
                prose(schema["description"].as_str().unwrap_or_default())
            ),
        );
        match schema["properties"].as_object() {
            Some(properties) => fields(html, properties, &schema["required"]),
            None => put(html, format_args!("<p>{}</p>", type_of(schema))),
        }
        html.push_str("</article>");
    }
    html.push_str("</section>");
}

fn fields(html: &mut String, properties: &Map<String, Value>, required: &Value) {
    html.push_str("<dl>");
    for (name, schema) in properties {
        let is_required = required
            .as_array()
            .is_some_and(|required| required.iter().any(|field| field == name));
        let optional = if is_required {
            ""
        } else {
            " <span class=\"type\">optional</span>"
        };
        put(
            html,
            format_args!(
                "<dt><code>{}</code> {}{optional}</dt><dd>{}</dd>",
                escape(name),
                type_of(schema),
                prose(schema["description"].as_str().unwrap_or_default()),
            ),
        );
    }
    html.push_str("</dl>");
}

/// A type in a few words, with links to named schemas.
fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escape(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[key].as_array() {
            return options.iter().map(type_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return values
            .iter()
            .map(|value| format!("<code>{}</code>", escape(&value.to_string())))
            .collect::<Vec<_>>()
            .join(" ");
    }
    if schema["type"] == "array" {
        return format!("array of {}", type_of(&schema["items"]));
    }
    if let Some(properties) = schema["properties"].as_object() {
        let inner: Vec<String> = properties
            .iter()
            .map(|(name, schema)| format!("{}: {}", escape(name), type_of(schema)))
            .collect();
        return format!("{{ {} }}", inner.join(", "));
    }
    match &schema["type"] {
        Value::String(name) => escape(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(escape)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "any".to_owned(),
    }
}

/// Text with `code` in it.
fn prose(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        if index % 2 == 1 {
            put(&mut html, format_args!("<code>{part}</code>"));
        } else {
            html.push_str(&part);
        }
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Writing to a string cannot fail.
fn put(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a string takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_on_the_page() {
        let document = serde_json::to_value(crate::openapi::document()).expect("serialisable");
        let html = page(&document);
        for (path, item) in document["paths"].as_object().expect("paths") {
            for method in METHODS {
                if let Some(id) = item[method]["operationId"].as_str() {
                    assert!(
                        html.contains(&format!("<article id=\"{id}\">")),
                        "{method} {path}: is its tag declared?"
                    );
                }
            }
        }
    }

    #[test]
    fn descriptions_cannot_bring_markup() {
        assert_eq!(
            prose("a <b> `<c>` d"),
            "a &lt;b&gt; <code>&lt;c&gt;</code> d"
        );
    }
}
