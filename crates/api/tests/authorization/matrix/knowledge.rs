//! Knowledge: articles, their languages, categories and synonyms; the bot, which answers from it.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Conversation, Member, Needs, Public};
use super::{Body, Entry, Rule, row};

const READ: Rule = Needs(&[ReadKnowledge]);
const WRITE: Rule = Needs(&[WriteKnowledge]);
const PUBLISH: Rule = Needs(&[PublishKnowledge]);
const INBOXES: Rule = Needs(&[ManageInboxes]);
const STEP: Body = Json(r#"{"version":1}"#);

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    row("list_articles", READ, Nothing),
    row(
        "create_article",
        WRITE,
        Json(r#"{"source":"en","content":{"title":"x"}}"#),
    ),
    row("search_articles", READ, Nothing),
    row("get_article", READ, Nothing),
    row(
        "update_article",
        WRITE,
        Json(r#"{"version":1,"tags":["x"]}"#),
    ),
    row("list_article_feedback", READ, Nothing),
    row("preview_article", WRITE, Json(r#"{"body":"x"}"#)),
    row(
        "import_articles",
        Needs(&[PublishKnowledge, WriteKnowledge]),
        Json(r#"{"format":"csv","locale":"en","files":[]}"#),
    ),
    row(
        "merge_article",
        PUBLISH,
        Json(r#"{"version":1,"into":"{other_article}"}"#),
    ),
    row(
        "create_article_draft",
        Conversation(&[ReadConversations, WriteKnowledge]),
        Json("{}"),
    ),
    row("list_knowledge_gaps", READ, Nothing),
    row("write_article_for_gap", WRITE, Nothing),
    row(
        "link_knowledge_gap",
        WRITE,
        Json(r#"{"article_id":"{other_article}"}"#),
    ),
    row("ignore_knowledge_gap", WRITE, Nothing),
    row("reopen_knowledge_gap", WRITE, Nothing),
    row("get_knowledge_report", Needs(&[ReadReports]), Nothing),
    row("search_widget_articles", Public, Nothing),
    row(
        "ask_widget_articles",
        Public,
        Json(r#"{"text":"x","locale":"en"}"#),
    ),
    row("update_widget_question", Public, Json(r#"{"locale":"en"}"#)),
    row("get_widget_article", Public, Nothing),
    row(
        "write_article_translation",
        WRITE,
        Json(r#"{"version":1,"content":{"title":"y"}}"#),
    ),
    row("submit_article_translation", WRITE, STEP),
    row("send_back_article_translation", PUBLISH, STEP),
    row("publish_article_translation", PUBLISH, STEP),
    row(
        "schedule_article_translation",
        PUBLISH,
        Json(r#"{"version":1,"publish_at":"2026-06-01T00:00:00Z"}"#),
    ),
    row("unschedule_article_translation", PUBLISH, STEP),
    row("archive_article_translation", PUBLISH, STEP),
    row("restore_article_translation", PUBLISH, STEP),
    row("list_article_versions", READ, Nothing),
    row("get_article_version", READ, Nothing),
    row("restore_article_version", WRITE, STEP),
    row("list_article_categories", READ, Nothing),
    row(
        "create_article_category",
        PUBLISH,
        Json(r#"{"slug":"x","name":{"en":"x"}}"#),
    ),
    row(
        "update_article_category",
        PUBLISH,
        Json(r#"{"slug":"x","name":{"en":"x"},"version":1}"#),
    ),
    row("delete_article_category", PUBLISH, Nothing),
    row("list_related_articles", READ, Nothing),
    row("upload_article_file", WRITE, Body::File),
    row("get_help_centre", READ, Nothing),
    row(
        "update_help_centre",
        PUBLISH,
        Json(r#"{"locales":["en"],"version":0}"#),
    ),
    row("list_glossary_terms", READ, Nothing),
    row(
        "create_glossary_term",
        PUBLISH,
        Json(r#"{"locale":"en","term":"RMA","preferred":"return"}"#),
    ),
    row(
        "update_glossary_term",
        PUBLISH,
        Json(r#"{"locale":"en","term":"RMA number","preferred":"return","version":1}"#),
    ),
    row("delete_glossary_term", PUBLISH, Nothing),
    row(
        "find_glossary_terms",
        READ,
        Json(r#"{"text":"x","locale":"en"}"#),
    ),
    row("list_synonyms", READ, Nothing),
    row("create_synonyms", PUBLISH, Json(r#"{"words":["a","b"]}"#)),
    row(
        "update_synonyms",
        PUBLISH,
        Json(r#"{"words":["a","b"],"version":1}"#),
    ),
    row("delete_synonyms", PUBLISH, Nothing),
    row("get_bot", INBOXES, Nothing),
    row(
        "save_bot",
        INBOXES,
        Json(
            r#"{"is_enabled":true,"starts":"always","when_unsure":"person","tries_max":2,"idle_minutes":30,"version":0}"#,
        ),
    ),
    row("replay_bot", INBOXES, Json(r#"{"source":"questions"}"#)),
    row("list_bot_flows", INBOXES, Nothing),
    row(
        "create_bot_flow",
        INBOXES,
        Json(
            r#"{"name":"x","document":{"format":1,"start":"a","steps":[{"id":"a","kind":"end"}]}}"#,
        ),
    ),
    row("get_bot_flow", INBOXES, Nothing),
    row(
        "update_bot_flow",
        INBOXES,
        Json(
            r#"{"name":"x","version":1,"document":{"format":1,"start":"a","steps":[{"id":"a","kind":"end"}]}}"#,
        ),
    ),
    row("publish_bot_flow", INBOXES, STEP),
    row("withdraw_bot_flow", INBOXES, STEP),
    row("delete_bot_flow", INBOXES, Nothing),
    row("list_bot_flow_revisions", INBOXES, Nothing),
    row("list_bot_flow_statistics", INBOXES, Nothing),
    row("simulate_bot_flow", INBOXES, Json(r#"{"locale":"en"}"#)),
    row("get_bot_flow_schema", Member, Nothing),
    row("list_bot_secrets", INBOXES, Nothing),
    row(
        "save_bot_secret",
        INBOXES,
        Json(r#"{"name":"x","value":"y"}"#),
    ),
    row("delete_bot_secret", INBOXES, Nothing),
];
