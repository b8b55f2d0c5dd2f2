//! What rules did, and why.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use zhiyin_domain::automation::{Outcome, Run};
use zhiyin_domain::ids::{AutomationRuleId, ConversationId};
use zhiyin_store::automation::rules;
use zhiyin_store::automation::runs::{self as store, RunPlace};
use zhiyin_store::{StoreError, Tx};

use super::{AutomationError, require};
use crate::Context;
use crate::conversations::get_conversation;

/// A run with what its rule is called now.
#[derive(Debug, Clone)]
pub struct RunView {
    /// The run.
    pub run: Run,
    /// What people call the rule.
    pub rule_name: String,
}

fn named(tx: &mut Tx<'_>, runs: Vec<Run>) -> Result<Vec<RunView>, StoreError> {
    let mut names: BTreeMap<AutomationRuleId, String> = BTreeMap::new();
    for run in &runs {
        if let Entry::Vacant(place) = names.entry(run.rule_id) {
            let name = rules::get(tx, run.rule_id)?.map(|rule| rule.name.into_string());
            place.insert(name.unwrap_or_default());
        }
    }
    let view = |run: Run| RunView {
        rule_name: names.get(&run.rule_id).cloned().unwrap_or_default(),
        run,
    };
    Ok(runs.into_iter().map(view).collect())
}

/// Runs of a rule, the newest first.
pub fn runs_of_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
    (outcome, after): (Option<Outcome>, Option<RunPlace>),
    limit: u32,
) -> Result<Vec<RunView>, AutomationError> {
    require(ctx)?;
    rules::get(tx, id)?.ok_or(AutomationError::NotFound(id))?;
    let runs = store::of_rule(tx, id, outcome, after, limit)?;
    Ok(named(tx, runs)?)
}

/// What rules did in a conversation the caller may see, the newest first.
pub fn runs_of_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    after: Option<RunPlace>,
    limit: u32,
) -> Result<Vec<RunView>, AutomationError> {
    get_conversation(tx, ctx, id)?;
    let runs = store::of_conversation(tx, id, after, limit)?;
    Ok(named(tx, runs)?)
}
