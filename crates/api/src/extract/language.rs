//! The language a client wants to read.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use zhiyin_domain::locale::Locale;

/// The language of `Accept-Language` that Zhiyin speaks and the client likes best; none if
/// there is none.
pub struct Wish(pub Option<Locale>);

impl<S: Sync> FromRequestParts<S> for Wish {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE);
        let text = header.and_then(|value| value.to_str().ok());
        Ok(Self(text.and_then(best)))
    }
}

/// RFC 9110, section 12.5.4: languages with a weight, 1 where none is given. Of equal weight
/// the first counts, and a weight of 0 is a refusal.
fn best(header: &str) -> Option<Locale> {
    let mut found: Option<(f32, Locale)> = None;
    for wish in header.split(',').take(50) {
        let (tag, rest) = wish.split_once(';').unwrap_or((wish, ""));
        let weight = rest.trim().strip_prefix("q=");
        let weight = weight.map_or(Some(1.0), |text| text.trim().parse::<f32>().ok());
        let (Some(locale), Some(weight)) = (Locale::closest(tag), weight) else {
            continue;
        };
        if weight > found.map_or(0.0, |(weight, _)| weight) {
            found = Some((weight, locale));
        }
    }
    found.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_we_speak_is_taken() {
        for (header, expected) in [
            ("zh-CN", Some(Locale::ZhCn)),
            ("fr-FR,fr;q=0.9,en-GB;q=0.8,zh;q=0.7", Some(Locale::En)),
            ("en;q=0.2, zh-TW;q=0.9", Some(Locale::ZhCn)),
            ("en, zh", Some(Locale::En)),
            ("en;q=0, zh;q=0.1", Some(Locale::ZhCn)),
            ("fr", None),
            ("*", None),
            ("en;q=much", None),
            ("", None),
        ] {
            assert_eq!(best(header), expected, "{header}");
        }
    }
}
