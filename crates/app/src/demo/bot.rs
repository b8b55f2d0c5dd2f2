//! The bot of the sample company: set up in both shops but switched off, so that whoever looks around
//! talks to people, and a flow that looks orders up.

use std::collections::BTreeMap;

use zhiyin_domain::bot::{Bot, BotSettings, WhenUnsure};
use zhiyin_domain::flows::Document;
use zhiyin_domain::locale::Locale;

use super::DemoError;
use super::company::Made;
use crate::bot::{BotError, create_flow, publish_flow, save_bot};
use crate::{App, Principal};

pub async fn create(app: &App, made: &Made) -> Result<(), DemoError> {
    let document: Document = super::texts::parse(
        "order_flow.json",
        include_str!("../../demo/order_flow.json"),
    )?;
    let inboxes: Vec<_> = made.inboxes.values().copied().collect();
    let principal = Principal::system(made.workspace, "demo");
    app.write(&principal, move |tx, ctx| {
        let flow = create_flow(tx, ctx, "查订单 Order look-up", &document)?.flow;
        publish_flow(tx, ctx, flow.id, flow.version)?;
        for inbox_id in &inboxes {
            let bot = Bot {
                settings: BotSettings {
                    name: BTreeMap::from([
                        (Locale::ZhCn, "小青".to_owned()),
                        (Locale::En, "Qing".to_owned()),
                    ]),
                    greeting_flow_id: Some(flow.id),
                    when_unsure: WhenUnsure::AskAgain,
                    ..BotSettings::default()
                },
                ..Bot::absent(*inbox_id)
            };
            save_bot(tx, ctx, &bot)?;
        }
        Ok::<_, BotError>(())
    })
    .await
    .map_err(DemoError::refused)
}
