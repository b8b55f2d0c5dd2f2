//! The simulator: a flow played without a customer. Nothing is stored, sent or called.

use std::collections::BTreeMap;

use serde_json::Value;
use zhiyin_domain::flows::{
    Call, CodeCheck, Document, Effect, End, Env, FlowState, Input, Passage, Problem, Waits,
    advance, begin, check,
};
use zhiyin_domain::ids::BotFlowId;
use zhiyin_domain::limits::FLOW_TAKEN_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_store::Tx;
use zhiyin_store::bots::flows as store;

use super::outside::map;
use super::{BotError, require};
use crate::Context;

/// The code that counts in the simulator.
const CODE: &str = "000000";
/// The address the site vouches for in the simulator.
const EMAIL: &str = "customer@example.com";

/// How a flow is to be played.
#[derive(Debug, Clone, Default)]
pub struct Simulation {
    /// The steps; those of the draft if there are none.
    pub document: Option<Document>,
    /// The language of the customer.
    pub locale: Locale,
    /// What the customer says.
    pub inputs: Vec<String>,
    /// Whether somebody answers.
    pub is_open: bool,
    /// Whether the site vouches for the customer.
    pub is_verified: bool,
    /// What other systems answer, by the step that asks: status and body.
    pub http: BTreeMap<String, (u16, Value)>,
    /// Whether the knowledge base helps, by the step that asks; it does where nothing is said.
    pub answers: BTreeMap<String, bool>,
}

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedTurn {
    /// Whether the bot says it.
    pub is_bot: bool,
    /// The step in which it is said.
    pub step: String,
    /// What.
    pub text: String,
    /// What can be picked.
    pub replies: Vec<String>,
}

/// How a flow went.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// What was said.
    pub turns: Vec<SimulatedTurn>,
    /// The steps that were taken.
    pub path: Vec<String>,
    /// Where it stands.
    pub state: FlowState,
    /// Calls that were made, the one that waits for an answer last.
    pub calls: Vec<Call>,
    /// Whether the last call waits for an answer.
    pub is_calling: bool,
    /// What is wrong with the steps.
    pub problems: Vec<Problem>,
}

impl Simulated {
    /// How it ended, if it has.
    #[must_use]
    pub const fn end(&self) -> Option<End> {
        self.state.end
    }
}

/// Plays a flow.
pub fn simulate(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
    simulation: &Simulation,
) -> Result<Simulated, BotError> {
    require(ctx)?;
    let flow = store::get(tx, id)?.ok_or(BotError::FlowNotFound)?;
    let document = simulation.document.as_ref().unwrap_or(&flow.draft);
    Ok(play(document, simulation))
}

fn play(document: &Document, simulation: &Simulation) -> Simulated {
    let env = Env {
        locale: simulation.locale,
        is_open: simulation.is_open,
        contact: BTreeMap::new(),
        verified_email: simulation.is_verified.then(|| EMAIL.to_owned()),
    };
    let (state, effects) = begin(document, "", &env);
    let mut played = Simulated {
        turns: Vec::new(),
        path: Vec::new(),
        state,
        calls: Vec::new(),
        is_calling: false,
        problems: check(document),
    };
    let mut next = played.take(effects, simulation);
    let mut inputs = simulation.inputs.iter();
    for _ in 0..FLOW_TAKEN_MAX * 2 {
        let waits = matches!(
            played.state.waits,
            Some(Waits::Customer | Waits::Address | Waits::Code | Waits::Question)
        );
        let input = match next.take() {
            Some(input) => input,
            None if waits => match inputs.next() {
                None => break,
                Some(text) => {
                    played.turns.push(SimulatedTurn {
                        is_bot: false,
                        step: played.state.step.clone(),
                        text: text.clone(),
                        replies: Vec::new(),
                    });
                    Input::Said(text.clone())
                }
            },
            None => break,
        };
        let (state, effects) = advance(document, played.state.clone(), input, &env);
        played.state = state;
        next = played.take(effects, simulation);
    }
    played
}

impl Simulated {
    /// Takes effects in. Gives what follows at once.
    fn take(&mut self, effects: Vec<Effect>, simulation: &Simulation) -> Option<Input> {
        let mut next = None;
        let mut step = self.path.last().cloned().unwrap_or_default();
        for effect in effects {
            match effect {
                Effect::Say(text, replies) => self.turns.push(SimulatedTurn {
                    is_bot: true,
                    step: step.clone(),
                    text,
                    replies,
                }),
                Effect::Count(entered, Passage::Entered) => {
                    step.clone_from(&entered);
                    self.path.push(entered);
                }
                Effect::Call(call) => {
                    next = answer(&call, simulation);
                    self.is_calling = next.is_none();
                    self.calls.push(call);
                }
                Effect::Answer(_) => {
                    let helps = simulation.answers.get(&step).copied().unwrap_or(true);
                    next = Some(Input::Answered(helps));
                }
                Effect::SendCode(_) => next = Some(Input::CodeSent(true)),
                Effect::CheckCode(code) => {
                    let is_right = code == CODE;
                    next = Some(Input::Checked(if is_right {
                        CodeCheck::Right
                    } else {
                        CodeCheck::Wrong
                    }));
                }
                Effect::Count(..)
                | Effect::SetAttribute(..)
                | Effect::HandOver(_)
                | Effect::Resolve => {}
            }
        }
        next
    }
}

fn answer(call: &Call, simulation: &Simulation) -> Option<Input> {
    let (status, body) = simulation.http.get(&call.step)?;
    let fields = if (200..300).contains(status) {
        map(body, &call.mapping)
    } else {
        None
    };
    Some(Input::Called(fields))
}
