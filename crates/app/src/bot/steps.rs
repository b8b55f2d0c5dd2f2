//! How the bot leads through a guided flow: what the interpreter wants done, as acts.

use zhiyin_domain::bot::Running;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::flows::{Document, Effect, Env, Input, StepKind, Waits, advance, begin};
use zhiyin_domain::ids::BotFlowId;
use zhiyin_domain::message::QuickReply;

use super::BotError;
use super::mind::{Act, Mind, Speech, Why};
use super::outside::{check_code, new_code};
use super::sources::Sources;
use super::words::{Word, bare};

impl Mind<'_> {
    fn env(&self) -> Env {
        Env {
            locale: self.locale,
            ..self.setting.env.clone()
        }
    }

    /// Whether the customer is in a flow that waits for what the knowledge base gives.
    pub(super) fn is_asking(&self) -> bool {
        let running = self.memory.running();
        running.is_some_and(|it| it.state.waits == Some(Waits::Answer))
    }

    /// Begins the flow that a text calls for. Whether there is one.
    pub(super) fn is_triggered(
        &mut self,
        sources: &mut Sources<'_, '_>,
        text: &str,
    ) -> Result<bool, BotError> {
        let said = bare(text);
        let all = sources.published()?;
        let called = all.into_iter().find(|(_, _, document)| {
            let mut triggers = document.triggers.iter().map(|it| bare(it));
            triggers.any(|it| !it.is_empty() && holds(&said, &it))
        });
        match called {
            None => Ok(false),
            Some((id, revision, document)) => {
                self.begin_flow(sources, (id, revision, &document), text)?;
                Ok(true)
            }
        }
    }

    /// Begins the flow that greets. Whether there is one.
    pub(super) fn is_greeted(
        &mut self,
        sources: &mut Sources<'_, '_>,
        text: &str,
    ) -> Result<bool, BotError> {
        let is_first = self.memory.flow.is_none() && self.memory.asked.len() <= 1;
        let (Some(wanted), true) = (self.setting.settings.greeting_flow_id, is_first) else {
            return Ok(false);
        };
        let all = sources.published()?;
        match all.into_iter().find(|(id, _, _)| *id == wanted) {
            None => Ok(false),
            Some((id, revision, document)) => {
                self.begin_flow(sources, (id, revision, &document), text)?;
                Ok(true)
            }
        }
    }

    fn begin_flow(
        &mut self,
        sources: &mut Sources<'_, '_>,
        (flow_id, revision, document): (BotFlowId, i64, &Document),
        text: &str,
    ) -> Result<(), BotError> {
        let (state, effects) = begin(document, text, &self.env());
        let running = Running {
            flow_id,
            revision,
            state,
            call: None,
        };
        self.memory.misses = 0;
        self.settle(sources, document, running, effects)
    }

    /// Goes on with what happened.
    pub(super) fn feed(
        &mut self,
        sources: &mut Sources<'_, '_>,
        input: Input,
    ) -> Result<(), BotError> {
        let Some(running) = self.memory.flow.take() else {
            return Ok(());
        };
        let Some(document) = sources.document(running.flow_id, running.revision)? else {
            // It was removed: nobody knows how it would have gone on.
            self.hand_over(Why::Flow);
            return Ok(());
        };
        let (state, effects) = advance(&document, running.state.clone(), input, &self.env());
        let running = Running {
            state,
            call: None,
            ..running
        };
        self.settle(sources, &document, running, effects)
    }

    fn settle(
        &mut self,
        sources: &mut Sources<'_, '_>,
        document: &Document,
        mut running: Running,
        effects: Vec<Effect>,
    ) -> Result<(), BotError> {
        let flow_id = running.flow_id;
        let mut question = None;
        for effect in effects {
            match effect {
                Effect::Say(text, replies) => self.acts.push(Act::Say(Speech {
                    text,
                    quick_replies: replies.into_iter().map(reply).collect(),
                    cards: Vec::new(),
                })),
                Effect::Call(call) => running.call = Some(call),
                Effect::Answer(text) => question = Some(text),
                Effect::SendCode(email) => {
                    let is_sent = self.send_code(sources, &email)?;
                    self.input = Some(Input::CodeSent(is_sent));
                }
                Effect::CheckCode(code) => {
                    let (session, now) = (self.setting.place.1, self.setting.ctx.now());
                    let check = check_code(self.memory, session, &code, now);
                    self.input = Some(Input::Checked(check));
                }
                Effect::SetAttribute(key, value) => self.acts.push(Act::Attribute(key, value)),
                Effect::Count(step, passage) => {
                    self.acts.push(Act::Step(flow_id, step, passage));
                }
                Effect::HandOver(queue) => {
                    let step = document.step(&running.state.step).map(|it| &it.kind);
                    let has_words = matches!(step, Some(StepKind::HandOver { text: Some(_), .. }));
                    if !self.setting.is_open {
                        self.say(Word::LeaveMessage);
                    } else if !has_words {
                        self.say(Word::HandOver);
                    }
                    self.acts.push(Act::HandOver(Why::Flow, queue));
                }
                Effect::Resolve => self.acts.push(Act::Resolve),
            }
        }
        self.memory.flow = Some(running);
        if let Some(text) = question {
            let found = sources.find(self.locale, &text)?;
            self.answer(&text, found);
        }
        Ok(())
    }

    /// Whether a code is sent to an address.
    fn send_code(&mut self, sources: &mut Sources<'_, '_>, email: &str) -> Result<bool, BotError> {
        let Ok(email) = email.parse::<EmailAddress>() else {
            return Ok(false);
        };
        let made = new_code(sources.tx, self.setting.ctx, self.setting.place, &email)?;
        let Some((code, sent)) = made else {
            return Ok(false);
        };
        self.memory.code = Some(sent);
        self.acts.push(Act::SendCode(email, code, self.locale));
        Ok(true)
    }
}

fn reply(text: String) -> QuickReply {
    QuickReply {
        label: text.clone(),
        text,
    }
}

/// Whether a text holds words: Chinese anywhere, others as whole words.
fn holds(text: &str, words: &str) -> bool {
    if words.chars().any(zhiyin_language::words::is_han) {
        return text.contains(words);
    }
    format!(" {text} ").contains(&format!(" {words} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_whole_words() {
        assert!(holds("where is my order status now", "order status"));
        assert!(!holds("reorder statuses", "order status"));
        assert!(holds("我的订单在哪", "订单"));
    }
}
