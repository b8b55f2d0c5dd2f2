//! Sample rules, which are switched off, and macros of the sample company.

use serde_json::{Value as Json, json};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::TagId;
use zhiyin_domain::locale::Locale;

use super::company::Made;
use super::texts::Texts;
use super::{DemoError, history};
use crate::App;
use crate::Principal;
use crate::automation::{NewMacro, NewRule, create_macro, create_rule};

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError::Texts(format!("automation: {error}"))
}

const fn in_words<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

/// Name and terms of each rule.
fn rules(locale: Locale, damaged: TagId) -> [(&'static str, Json); 3] {
    let waits = json!({
        "trigger": { "kind": "time", "since": "customer_waiting", "after_minutes": 15 },
        "conditions": { "all": [{ "field": "priority", "operator": "is", "value": ["low", "normal"] }] },
        "actions": [
            { "do": "set_priority", "priority": "high" },
            { "do": "note", "text": in_words(locale, "客户已等待 15 分钟，请尽快回复。",
                "The customer has waited for 15 minutes. Please answer soon.") },
        ],
    });
    let broken = json!({
        "trigger": { "kind": "event", "events": ["customer_wrote"] },
        "conditions": { "all": [
            { "field": "message", "operator": "contains_any",
                "value": ["破损", "碎了", "裂", "broken", "cracked", "damaged"] },
            { "field": "tag", "operator": "has_none", "value": [damaged] },
        ] },
        "actions": [{ "do": "add_tags", "tag_ids": [damaged] }, { "do": "set_priority", "priority": "high" }],
    });
    let rated = json!({
        "trigger": { "kind": "event", "events": ["rated"] },
        "conditions": { "field": "rating", "operator": "at_most", "value": 2 },
        "actions": [{ "do": "note", "text": in_words(locale, "客户评价较低，请班组长回访。",
            "The customer was not satisfied. A supervisor should call back.") }],
        "budget": { "per_hour": 50, "per_day": 200 },
    });
    [
        (
            in_words(locale, "久等的客户优先", "Who waits long comes first"),
            waits,
        ),
        (
            in_words(locale, "破损商品打标签", "Tag what arrived broken"),
            broken,
        ),
        (
            in_words(locale, "低分提醒回访", "Call back after a low rating"),
            rated,
        ),
    ]
}

/// Name, description and actions of each macro.
fn macros(locale: Locale) -> [(&'static str, &'static str, Json); 2] {
    let close = json!([
        { "do": "send", "text": in_words(locale, "感谢您的咨询，祝您生活愉快！",
            "Thank you for writing to us. Have a good day!") },
        { "do": "resolve" },
    ]);
    let later = json!([
        { "do": "note", "text": in_words(locale, "等待仓库答复，明天跟进。",
            "Waiting for the warehouse. Follow up tomorrow.") },
        { "do": "snooze", "minutes": 1440 },
    ]);
    [
        (
            in_words(locale, "致谢并结束", "Thank and resolve"),
            in_words(locale, "问题已解决时使用", "When everything is answered"),
            close,
        ),
        (
            in_words(locale, "明天跟进", "Follow up tomorrow"),
            in_words(
                locale,
                "等待仓库或快递时使用",
                "When a warehouse or courier has to answer first",
            ),
            later,
        ),
    ]
}

/// Everything by its use cases, as the administrator would make it.
pub async fn create(app: &App, texts: &Texts, made: &Made) -> Result<(), DemoError> {
    let locale = texts.company.workspace.locale;
    let agents = &texts.company.agents;
    let admin = agents.iter().find(|one| one.role == "administrator");
    let admin = admin.and_then(|one| made.agents.get(&one.key).copied());
    let admin = admin.ok_or_else(|| wrong("no administrator"))?;
    let damaged = made.tags.get("damaged").copied();
    let damaged = damaged.ok_or_else(|| wrong("no tag for damage"))?;
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(admin), ctx.now());
        for (name, terms) in rules(locale, damaged) {
            let new = NewRule {
                name: name.parse().map_err(wrong)?,
                is_enabled: false,
                terms: serde_json::from_value(terms).map_err(wrong)?,
            };
            create_rule(tx, &ctx, &new).map_err(DemoError::refused)?;
        }
        for (name, description, actions) in macros(locale) {
            let new = NewMacro {
                name: name.parse().map_err(wrong)?,
                description: description.to_owned(),
                is_shared: true,
                actions: serde_json::from_value(actions).map_err(wrong)?,
            };
            create_macro(tx, &ctx, new).map_err(DemoError::refused)?;
        }
        Ok(())
    })
    .await
}
