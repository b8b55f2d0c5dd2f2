//! Articles of the world, and what stands around them.

use std::collections::BTreeMap;

use serde_json::json;
use zhiyin_domain::ids::{ArticleQuestionId, KnowledgeGapId, WorkspaceId};
use zhiyin_domain::knowledge::{ArticleQuestion, KnowledgeGap, QuestionPlace};
use zhiyin_domain::locale::Locale;
use zhiyin_ports::Clock as _;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::gaps;
use zhiyin_testkit::{Client, TestApp};

/// Two articles, a category, a term, synonyms, a gap, a flow and a secret of the bot.
pub async fn knowledge(
    t: &TestApp,
    workspace: WorkspaceId,
    owner: &Client,
    unique: &str,
    things: &mut BTreeMap<&'static str, String>,
) {
    let name = |kind: &str| format!("{kind} {unique}");
    for (kind, path, body) in [
        (
            "article",
            "/api/v1/articles",
            json!({ "source": "en", "content": { "title": name("article") } }),
        ),
        (
            "other_article",
            "/api/v1/articles",
            json!({ "source": "en", "content": { "title": name("other") } }),
        ),
        (
            "article_category",
            "/api/v1/article-categories",
            json!({ "slug": &unique[3..], "name": { "en": "x" } }),
        ),
        (
            "glossary_term",
            "/api/v1/glossary",
            json!({ "locale": "en", "term": format!("t{}", &unique[8..]), "preferred": "thing" }),
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
    let end = json!({ "id": "a", "kind": "end" });
    let document = json!({ "format": 1, "start": "a", "steps": [end] });
    let body = json!({ "name": "x", "document": document });
    let made = owner.post("/api/v1/bot-flows").json(body).await;
    things.insert("bot_flow", made.expect(201).text_at("/id"));
    let secret = name("secret").replace(' ', "_").to_lowercase();
    let body = json!({ "name": secret, "value": "x" });
    owner
        .put("/api/v1/bot-secrets")
        .json(body)
        .await
        .expect(204);
    things.insert("bot_secret", secret);
    let question = ArticleQuestion {
        id: ArticleQuestionId::from_uuid(t.app.parts().ids.uuid()),
        place: QuestionPlace::Help,
        locale: Locale::En,
        text: name("gap"),
        results: 0,
        article_id: None,
        is_helpful: None,
        is_contact: false,
        at: t.clock.now(),
    };
    let id = KnowledgeGapId::from_uuid(t.app.parts().ids.uuid());
    let gap = KnowledgeGap::new(id, &question);
    let add = move |tx: &mut Tx<'_>| gaps::insert(tx, &gap);
    t.app.store().write(workspace, add).await.expect("a gap");
    things.insert("knowledge_gap", id.to_string());
}
