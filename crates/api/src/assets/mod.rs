//! Static files: the console, the widget and the demo shop, from inside the binary.
//!
//! In a debug build they are read from the folders of the web apps at each request, so
//! that a rebuilt app shows without a rebuilt server. Files with a hash in their name are
//! cached for ever, all others are asked for again and answered with *not modified*. A
//! file `x.br` or `x.gz` beside `x` is sent to those who accept it.

pub mod etag;

use axum::extract::{Path, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, body::Body};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::config::HttpConfig;
use crate::error::ApiError;
use crate::guard::headers::{console_policy, panel_policy};
use crate::state::AppState;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
/// The loader is on every page of a customer's shop: not asked for on each of them.
const A_WHILE: &str = "public, max-age=300";

#[derive(RustEmbed)]
#[folder = "../../web/apps/console/build"]
#[allow_missing = true]
struct Console;

#[derive(RustEmbed)]
#[folder = "../../web/apps/widget/dist"]
#[allow_missing = true]
struct Widget;

#[derive(RustEmbed)]
#[folder = "../../web/apps/shop"]
#[exclude = "node_modules/*"]
#[exclude = "package.json"]
#[exclude = "tsconfig.json"]
#[allow_missing = true]
struct Shop;

/// The routes of files that are not part of the console.
pub fn routes(config: &HttpConfig) -> Router<AppState> {
    let router = Router::new()
        .route("/widget.js", get(loader))
        .route("/widget/panel/{key}", get(panel))
        .route("/widget/{*path}", get(widget_file));
    if config.has_demo_shop {
        ["/demo/shop", "/demo/shop-intl"]
            .into_iter()
            .fold(router, |router, site| {
                router
                    .route(site, get(shop_entry))
                    .route(&format!("{site}/"), get(shop_page))
                    .route(&format!("{site}/{{*path}}"), get(shop_file))
            })
    } else {
        router
    }
}

/// Everything else: a file of the console, or its page, which finds its own way.
pub async fn console(request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path().trim_start_matches('/');
    let is_ours =
        !path.starts_with("api/") && !path.starts_with("widget/") && !path.starts_with("files/");
    if !is_ours || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::not_found("path"));
    }
    if let Some(file) = Console::get(path).filter(|_| !path.is_empty())
        && path != "index.html"
    {
        let cache = if path.starts_with("_app/immutable/") {
            FOR_EVER
        } else {
            ASK_AGAIN
        };
        return Ok(serve(request.headers(), path, file, cache, Console::get));
    }
    // A missing script must not be answered with a page.
    if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
        && path != "index.html"
    {
        return Err(ApiError::not_found("file"));
    }
    let file = Console::get("index.html").ok_or_else(|| not_built("console"))?;
    let policy = console_policy(&String::from_utf8_lossy(&file.data));
    let mut response = serve(
        request.headers(),
        "index.html",
        file,
        ASK_AGAIN,
        Console::get,
    );
    set(&mut response, CONTENT_SECURITY_POLICY, &policy);
    Ok(response)
}

async fn loader(headers: HeaderMap) -> Result<Response, ApiError> {
    let file = Widget::get("widget.js").ok_or_else(|| not_built("widget"))?;
    let mut response = serve(&headers, "widget.js", file, A_WHILE, Widget::get);
    // Loaded by pages of other sites: that is what it is for.
    set(&mut response, RESOURCE_POLICY, "cross-origin");
    Ok(response)
}

async fn widget_file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let file = Widget::get(&path).filter(|_| !is_page(&path));
    let file = file.ok_or_else(|| ApiError::not_found("file"))?;
    let cache = if path.starts_with("assets/") {
        FOR_EVER
    } else {
        ASK_AGAIN
    };
    let mut response = serve(&headers, &path, file, cache, Widget::get);
    set(&mut response, RESOURCE_POLICY, "cross-origin");
    Ok(response)
}

/// The page inside the widget's frame. Only the sites of its inbox may embed it.
async fn panel(
    State(state): State<AppState>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (_, inbox) = zhiyin_app::widget::find_inbox(state.app(), &key, None)
        .await
        .map_err(|_| ApiError::not_found("inbox"))?;
    let ancestors = frame_ancestors(&inbox);
    let file = Widget::get("panel.html").ok_or_else(|| not_built("widget"))?;
    let policy = panel_policy(&String::from_utf8_lossy(&file.data), &ancestors);
    let mut response = serve(&headers, "panel.html", file, ASK_AGAIN, Widget::get);
    set(&mut response, CONTENT_SECURITY_POLICY, &policy);
    set(&mut response, RESOURCE_POLICY, "cross-origin");
    Ok(response)
}

/// The sites of an inbox as sources of a policy; any site if none is named.
fn frame_ancestors(inbox: &zhiyin_domain::inbox::Inbox) -> Vec<String> {
    if inbox.allowed_domains.is_empty() {
        return vec!["*".to_owned()];
    }
    inbox
        .allowed_domains
        .iter()
        .flat_map(|domain| host_sources(domain.as_str()))
        .collect()
}

/// The sources of a policy that cover the same sites as a pattern of the inbox: any port
/// unless one is named, and the bare domain with its subdomains.
fn host_sources(pattern: &str) -> Vec<String> {
    let any_port = if pattern.contains(':') { "" } else { ":*" };
    let bare = pattern.strip_prefix("*.").unwrap_or(pattern);
    let mut hosts = vec![bare];
    if bare != pattern {
        hosts.push(pattern);
    }
    let schemes = ["https", "http"];
    hosts
        .iter()
        .flat_map(|host| schemes.map(|scheme| format!("{scheme}://{host}{any_port}")))
        .collect()
}

/// Without the slash the page's own files would not be found.
async fn shop_entry(request: Request) -> Response {
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    Redirect::permanent(&format!("{}/{query}", request.uri().path())).into_response()
}

async fn shop_page(uri: Uri) -> Result<Response, ApiError> {
    shop(&uri, &HeaderMap::new(), "index.html")
}

async fn shop_file(
    uri: Uri,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    shop(&uri, &headers, &path)
}

/// A file of the sample shop. Its pages name the inbox of the site they belong to.
fn shop(uri: &Uri, headers: &HeaderMap, path: &str) -> Result<Response, ApiError> {
    let file = Shop::get(path).ok_or_else(|| ApiError::not_found("file"))?;
    if !is_page(path) {
        return Ok(serve(headers, path, file, ASK_AGAIN, Shop::get));
    }
    let (key, locale) = if uri.path().starts_with("/demo/shop-intl/") {
        ("demo-intl", "en")
    } else {
        ("demo-cn", "zh-CN")
    };
    let page = String::from_utf8_lossy(&file.data)
        .replace("{{inbox_key}}", key)
        .replace(
            "<html lang=\"zh-CN\">",
            &format!("<html lang=\"{locale}\">"),
        );
    let policy = console_policy(&page);
    let mut response = page.into_response();
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, CACHE_CONTROL, ASK_AGAIN);
    set(&mut response, CONTENT_SECURITY_POLICY, &policy);
    Ok(response)
}

/// Pages are given out with their own policy or not at all.
fn is_page(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("html"))
}

fn not_built(app: &str) -> ApiError {
    ApiError::not_found("page").detail(format!(
        "The web app `{app}` was not built into this server."
    ))
}

/// Answers with a file, in the smallest form the caller takes.
fn serve(
    headers: &HeaderMap,
    path: &str,
    file: EmbeddedFile,
    cache: &'static str,
    find: impl Fn(&str) -> Option<EmbeddedFile>,
) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    if let Some(mut unchanged) = etag::unchanged(headers, &tag) {
        set(&mut unchanged, CACHE_CONTROL, cache);
        return unchanged;
    }
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let smaller = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, suffix)| {
            find(&format!("{path}.{suffix}")).map(|file| (encoding, file))
        });
    let (encoding, data) = match smaller {
        Some((encoding, smaller)) => (Some(encoding), smaller.data),
        None => (None, file.data),
    };
    let mut response = Body::from(data.into_owned()).into_response();
    set(&mut response, CONTENT_TYPE, media_type(path));
    set(&mut response, CACHE_CONTROL, cache);
    set(&mut response, VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        set(&mut response, CONTENT_ENCODING, encoding);
    }
    etag::set(&mut response, &tag);
    response
}

/// Whether an `Accept-Encoding` names an encoding without refusing it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        is_named && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_becomes_the_same_sites_in_a_policy() {
        assert_eq!(
            host_sources("localhost:3000"),
            ["https://localhost:3000", "http://localhost:3000"]
        );
        assert_eq!(
            host_sources("*.shop.example"),
            [
                "https://shop.example:*",
                "http://shop.example:*",
                "https://*.shop.example:*",
                "http://*.shop.example:*",
            ]
        );
    }

    #[test]
    fn encodings_are_taken_only_when_named() {
        assert!(accepts("gzip, deflate, br;q=0.9", "br"));
        assert!(accepts("GZIP", "gzip"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
        assert!(!accepts("brotli", "br"));
    }
}
