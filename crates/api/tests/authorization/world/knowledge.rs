//! Articles of the world, and what stands around them.

use std::collections::BTreeMap;

use serde_json::json;
use zhiyin_testkit::Client;

/// An article, a category and synonyms.
pub async fn knowledge(owner: &Client, unique: &str, things: &mut BTreeMap<&'static str, String>) {
    let name = |kind: &str| format!("{kind} {unique}");
    for (kind, path, body) in [
        (
            "article",
            "/api/v1/articles",
            json!({ "source": "en", "content": { "title": name("article") } }),
        ),
        (
            "article_category",
            "/api/v1/article-categories",
            json!({ "slug": &unique[3..], "name": { "en": "x" } }),
        ),
        (
            "synonyms",
            "/api/v1/synonyms",
            json!({ "words": [format!("a{}", &unique[8..]), format!("b{}", &unique[8..])] }),
        ),
    ] {
        let made = owner.post(path).json(body).await.expect(201);
        things.insert(kind, made.text_at("/id"));
    }
}
