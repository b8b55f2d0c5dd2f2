//! A help centre at a host name of its own.
//!
//! A request to a name that a help centre has is one for that help centre: `/en` there is
//! `/help/{workspace}/en` here. Everything that pages load keeps its path; the console and the API for
//! agents are not found at such a name.

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower::ServiceBuilder;
use zhiyin_app::knowledge::help_centre_at;
use zhiyin_domain::locale::Locale;

use super::help::failed;
use crate::knowledge::host_of;
use crate::state::AppState;

/// Paths that are the same at every name: what pages of the help centre load.
const SHARED: [&str; 3] = ["/help-files/", "/pages/", "/avatars/"];

/// Set on a request that came to the name of a help centre.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct AtOwnDomain(pub bool);

impl<S: Sync> FromRequestParts<S> for AtOwnDomain {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}

/// The whole server, with help centres at names of their own before it.
pub(crate) fn with_domains(state: &AppState, router: Router) -> Router {
    let before = from_fn_with_state(state.clone(), lead);
    Router::new().fallback_service(ServiceBuilder::new().layer(before).service(router))
}

/// The name of the host a request came to, without its port.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let named = headers.get(HOST).and_then(|value| value.to_str().ok());
    let named = named.or_else(|| uri.host())?;
    Some(host_of(named).to_ascii_lowercase())
}

/// Below the help centre, the path and query of a page; a name that no language has for anything else, so that
/// nothing but the help centre is found here.
fn rest_of(uri: &Uri) -> String {
    let path = uri.path().trim_matches('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_page = match parts[..] {
        [] | ["sitemap.xml" | "robots.txt" | "theme.css"] => true,
        [locale, ref rest @ ..] if locale.parse::<Locale>().is_ok() => matches!(
            rest,
            [] | ["search" | "contact"]
                | ["contact" | "categories" | "articles", _]
                | ["articles", _, "feedback"]
        ),
        _ => false,
    };
    if !is_page {
        return "/-".to_owned();
    }
    let query = uri
        .query()
        .map_or_else(String::new, |query| format!("?{query}"));
    if parts.is_empty() {
        return query;
    }
    format!("/{}{query}", parts.join("/"))
}

async fn lead(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let app = state.app();
    let own = host_of(&app.parts().settings.public_url);
    let asked = host(request.headers(), request.uri()).filter(|host| host != own);
    let path = request.uri().path();
    if let Some(host) = asked
        && !SHARED.iter().any(|shared| path.starts_with(shared))
    {
        match help_centre_at(app, &host).await {
            Ok(None) => {}
            Ok(Some(slug)) => {
                let rest = rest_of(request.uri());
                if let Ok(uri) = format!("/help/{slug}{rest}").parse() {
                    *request.uri_mut() = uri;
                    request.extensions_mut().insert(AtOwnDomain(true));
                }
            }
            Err(error) => return axum::response::IntoResponse::into_response(failed(&error)),
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_pages_are_found() {
        for (asked, rest) in [
            ("/", ""),
            ("/?x=1", "?x=1"),
            ("/en", "/en"),
            ("//zh-CN/", "/zh-CN"),
            ("/en/search?q=a", "/en/search?q=a"),
            ("/en/articles/x/feedback", "/en/articles/x/feedback"),
            ("/sitemap.xml", "/sitemap.xml"),
            ("/en/articles", "/-"),
            ("/fr", "/-"),
            ("/login", "/-"),
            ("/api/v1/me", "/-"),
            ("/en/articles/x/y/z", "/-"),
        ] {
            let uri: Uri = asked.parse().expect("an address");
            assert_eq!(rest_of(&uri), rest, "{asked}");
        }
    }

    #[test]
    fn a_host_is_named_without_its_port() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("Help.Example.com:8443"));
        assert_eq!(
            host(&headers, &Uri::from_static("/en")).as_deref(),
            Some("help.example.com")
        );
        let whole = Uri::from_static("http://other.example/en");
        assert_eq!(
            host(&HeaderMap::new(), &whole).as_deref(),
            Some("other.example")
        );
        assert_eq!(host(&HeaderMap::new(), &Uri::from_static("/en")), None);
    }
}
