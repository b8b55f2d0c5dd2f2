//! Words that a search takes for one another.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::SynonymsId;
use zhiyin_domain::knowledge::Synonyms;
use zhiyin_domain::limits::SYNONYMS_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::synonyms as store;

use super::{KnowledgeError, changed, require};
use crate::Context;

/// All groups, in the order in which they were made.
pub fn list_synonyms(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Synonyms>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(store::list(tx)?)
}

/// Makes a group.
pub fn create_synonyms(
    tx: &mut Tx<'_>,
    ctx: &Context,
    words: &[String],
) -> Result<Synonyms, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    if store::list(tx)?.len() >= SYNONYMS_MAX {
        return Err(KnowledgeError::TooMany(SYNONYMS_MAX));
    }
    let synonyms = Synonyms::new(ctx.id(), words.iter().map(String::as_str))?;
    store::insert(tx, &synonyms)?;
    changed(tx, ctx, Aggregate::Synonyms, synonyms.id, Change::Created)?;
    Ok(synonyms)
}

fn load(tx: &mut Tx<'_>, id: SynonymsId) -> Result<Synonyms, KnowledgeError> {
    let all = store::list(tx)?.into_iter();
    let mut found = all.filter(|synonyms| synonyms.id == id);
    found.next().ok_or(KnowledgeError::SynonymsNotFound)
}

/// Changes the words of a group; `version` is the one that was read.
pub fn update_synonyms(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: SynonymsId,
    version: i64,
    words: &[String],
) -> Result<Synonyms, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    load(tx, id)?;
    let synonyms = Synonyms {
        version,
        ..Synonyms::new(id, words.iter().map(String::as_str))?
    };
    let synonyms = store::save(tx, &synonyms)?;
    changed(tx, ctx, Aggregate::Synonyms, id, Change::Updated)?;
    Ok(synonyms)
}

/// Removes a group.
pub fn delete_synonyms(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: SynonymsId,
) -> Result<(), KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    load(tx, id)?;
    store::delete(tx, id)?;
    changed(tx, ctx, Aggregate::Synonyms, id, Change::Deleted)?;
    Ok(())
}
