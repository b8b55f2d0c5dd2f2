//! Joining two articles that answer the same.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::ArticleId;
use zhiyin_domain::knowledge::Status;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::{articles, translations};

use super::articles::view;
use super::{ArticleView, KnowledgeError, changed, require};
use crate::Context;

/// Puts an article away in favour of another: readers who come to an address it had are led on to
/// the other one. `version` is that of the article that goes. Texts stay among its versions.
pub fn merge_articles(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    version: i64,
    into: ArticleId,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    if id == into {
        return Err(KnowledgeError::MergeIntoItself);
    }
    let mut article = articles::get_for_update(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    if article.version != version {
        return Err(KnowledgeError::Changed);
    }
    let target = articles::get(tx, into)?.ok_or(KnowledgeError::MergeTargetNotFound)?;
    if target.merged_into.is_some() {
        return Err(KnowledgeError::MergeTargetNotFound);
    }
    translations::lead_on(tx, id, into)?;
    for it in translations::list(tx, id)? {
        if it.live.is_some() {
            translations::redirect(tx, into, it.locale, &it.slug)?;
        }
        if matches!(it.status, Status::Archived { .. }) {
            continue;
        }
        let revision = it.revision;
        let away = it.archive(ctx.actor().clone(), ctx.now())?;
        translations::save(tx, &away, revision)?;
    }
    article.merged_into = Some(into);
    article.updated_at = ctx.now();
    articles::save(tx, &article)?;
    changed(tx, ctx, Aggregate::Article, id, Change::Updated)?;
    changed(tx, ctx, Aggregate::Article, into, Change::Updated)?;
    view(tx, target)
}
