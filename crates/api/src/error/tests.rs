//! Problem documents say enough for the caller and nothing about the inside.

use axum::body::to_bytes;

use super::*;

async fn render(error: ApiError) -> (StatusCode, Option<String>, serde_json::Value) {
    let response = error.into_response();
    let status = response.status();
    let retry = response
        .headers()
        .get(RETRY_AFTER)
        .map(|value| value.to_str().expect("an ASCII header").to_owned());
    let body = to_bytes(response.into_body(), 10_000)
        .await
        .expect("a small body");
    (
        status,
        retry,
        serde_json::from_slice(&body).expect("a problem document"),
    )
}

#[tokio::test]
async fn a_rule_names_its_field() {
    let error = ApiError::unprocessable(Code::SnoozeInPast).field("/until");
    let (status, _, body) = render(error).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body["code"], "snooze-in-past");
    assert_eq!(
        body["type"],
        "https://docs.zhiyin.example/errors/snooze-in-past"
    );
    assert_eq!(body["fields"][0]["path"], "/until");
}

#[tokio::test]
async fn a_fault_of_ours_shows_nothing_of_itself() {
    let source = std::io::Error::other("secret path /var/lib/zhiyin");
    let (status, _, body) = render(ApiError::internal(source)).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!body.to_string().contains("secret"), "{body}");
}

#[tokio::test]
async fn retry_after_is_rounded_up() {
    let (_, retry, _) = render(ApiError::too_many(Duration::from_millis(1200))).await;
    assert_eq!(retry.as_deref(), Some("2"));
    let (_, retry, _) = render(ApiError::too_many(Duration::ZERO)).await;
    assert_eq!(retry.as_deref(), Some("1"));
}

#[test]
fn codes_are_unique_and_in_kebab_case() {
    let mut seen = std::collections::BTreeSet::new();
    for code in Code::ALL {
        let text = code.as_str();
        assert!(seen.insert(text), "{text} is there twice");
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{text}"
        );
        assert!(code.detail().ends_with('.'), "{text}");
    }
}
