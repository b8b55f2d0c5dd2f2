//! What goes wrong in the sample company: customers who left without an answer, and
//! customers who had to ask again. Without them the report of moments of truth would show
//! a company that does not exist.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Conversation, ConversationStatus};
use zhiyin_domain::ids::{AgentId, VisitorTokenId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{Tx, conversations};

use super::company::Made;
use super::plan::Customer;
use super::{DemoError, history};
use crate::conversations::{NewMessage, post_message, resolve};
use crate::{App, Principal};

/// Customers it happens to.
const UNLUCKY: usize = 48;
/// Of so many one leaves; the others ask again and are answered late.
const ONE_LEAVES_OF: usize = 3;

/// Plays a short visit of some who came before, at quiet moments of the last weeks.
pub async fn play(app: &App, made: &Made, customers: &Arc<Vec<Customer>>) -> Result<(), DemoError> {
    let principal = Principal::system(made.workspace, "demo");
    let agents: Vec<AgentId> = made.agents.values().copied().collect();
    let (customers, app_then) = (Arc::clone(customers), app.clone());
    app.write(&principal, move |tx, ctx| {
        let mut unlucky = 0;
        for customer in customers.iter() {
            if unlucky == UNLUCKY {
                break;
            }
            let days = u32::try_from(unlucky % 20).unwrap_or(0) + 1;
            let at = ctx.now().minus(Duration::from_hours(24) * days);
            let identity = &customer.identity;
            let found = conversations::find(tx, identity.inbox_id, identity.id)?;
            let Some(conversation) = found.filter(|it| is_quiet(it, at)) else {
                continue;
            };
            let agent = agents[unlucky % agents.len()];
            let visit = Visit {
                app: &app_then,
                customer,
                at,
            };
            if unlucky % ONE_LEAVES_OF == 0 {
                visit.leaves(tx)?;
            } else {
                visit.asks_again(tx, &conversation, agent)?;
            }
            unlucky += 1;
        }
        Ok(())
    })
    .await
}

/// Whether nothing is open and nothing happened since.
fn is_quiet(conversation: &Conversation, at: Timestamp) -> bool {
    let is_over = matches!(conversation.status, ConversationStatus::Resolved { .. });
    is_over && conversation.last_activity_at < at.minus(Duration::from_hours(24))
}

struct Visit<'a> {
    app: &'a App,
    customer: &'a Customer,
    at: Timestamp,
}

impl Visit<'_> {
    fn visitor(&self, tx: &Tx<'_>) -> Visitor {
        let identity = &self.customer.identity;
        Visitor {
            workspace: tx.workspace(),
            token_id: VisitorTokenId::from_uuid(identity.id.uuid()),
            inbox_id: identity.inbox_id,
            identity_id: identity.id,
            contact_id: self.customer.contact.id,
            is_blocked: false,
            is_enabled: true,
            expires_at: Timestamp::from_micros(i64::MAX),
        }
    }

    fn words<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        match self.customer.locale {
            Locale::ZhCn => zh,
            Locale::En => en,
        }
    }

    fn says(&self, tx: &mut Tx<'_>, after_s: u64, text: &str) -> Result<(), DemoError> {
        let now = self.at.plus(Duration::from_secs(after_s));
        let writer = Actor::Visitor(self.customer.identity.id);
        let ctx = history::at(self.app, tx, writer, now);
        let message = message(text)?;
        let visitor = self.visitor(tx);
        crate::widget::post(tx, &ctx, &visitor, &message, &BTreeMap::new())
            .map_err(DemoError::refused)?;
        Ok(())
    }

    /// Asks, waits, and ends the chat.
    fn leaves(&self, tx: &mut Tx<'_>) -> Result<(), DemoError> {
        let question = self.words("请问这款还有货吗？", "Is this one still in stock?");
        self.says(tx, 0, question)?;
        self.says(tx, 95, self.words("有人在吗？", "Is anybody there?"))?;
        let end = self.at.plus(Duration::from_secs(260));
        let writer = Actor::Visitor(self.customer.identity.id);
        let ctx = history::at(self.app, tx, writer, end);
        let visitor = self.visitor(tx);
        crate::widget::end(tx, &ctx, &visitor).map_err(DemoError::refused)
    }

    /// Asks, asks the same again, and is answered late.
    fn asks_again(
        &self,
        tx: &mut Tx<'_>,
        conversation: &Conversation,
        agent: AgentId,
    ) -> Result<(), DemoError> {
        let question = self.words("我的订单什么时候发货？", "When will my order be sent?");
        self.says(tx, 0, question)?;
        self.says(tx, 80, question)?;
        let now = self.at.plus(Duration::from_secs(190));
        let ctx = history::at(self.app, tx, Actor::Agent(agent), now);
        let answer = self.words(
            "让您久等了，非常抱歉。订单已经打包，今天傍晚发出，单号稍后发给您。",
            "I am sorry that you had to wait. It is packed and leaves this evening; I will send \
             you the number.",
        );
        let id = conversation.id;
        post_message(tx, &ctx, id, &message(answer)?).map_err(DemoError::refused)?;
        let end = now.plus(Duration::from_mins(6));
        let ctx = history::at(self.app, tx, Actor::Agent(agent), end);
        resolve(tx, &ctx, id).map_err(DemoError::refused)?;
        Ok(())
    }
}

fn message(text: &str) -> Result<crate::conversations::Prepared, DemoError> {
    NewMessage {
        client_id: None,
        kind: MessageKind::Text,
        text: text.to_owned(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
    .prepare()
    .map_err(DemoError::refused)
}
