//! Types of cases: drafts, their check, and versions in force.

use zhiyin_domain::cases::builtin;
use zhiyin_domain::cases::case_type::{CaseTerms, CaseType, CaseTypeVersion};
use zhiyin_domain::cases::procedure::Finding;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::CaseTypeId;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::cases::types as store;
use zhiyin_store::{StoreError, Tx};

use super::CaseError;
use super::error::FindingView;
use crate::Context;

/// A type as it is shown.
#[derive(Debug, Clone)]
pub struct TypeView {
    /// The type; the draft only for whoever may change it.
    pub case_type: CaseType,
    /// What is in force, or the version that was asked for.
    pub terms: Option<CaseTerms>,
    /// What is wrong with the draft.
    pub findings: Vec<FindingView>,
}

/// A type to be made.
#[derive(Debug, Clone)]
pub struct NewCaseType {
    /// Its name for programs.
    pub key: String,
    /// What it is to say.
    pub draft: Option<CaseTerms>,
    /// The type whose terms it begins with.
    pub copy_of: Option<CaseTypeId>,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct TypePatch {
    /// What is being prepared; none throws it away.
    pub draft: Option<Option<CaseTerms>>,
    /// Whether new cases can be of it.
    pub is_enabled: Option<bool>,
    /// Its place in lists.
    pub position: Option<i64>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

/// The name of a finding about a procedure, for programs.
pub(super) const fn code(finding: &Finding) -> &'static str {
    match finding {
        Finding::Count => "procedure.count",
        Finding::First(_) => "procedure.first",
        Finding::Key(_) => "procedure.key",
        Finding::Name(_) => "procedure.name",
        Finding::Guidance(_) => "procedure.guidance",
        Finding::Limit(_) => "procedure.limit",
        Finding::Ladder(_) => "procedure.ladder",
        Finding::Checklist(_) => "procedure.checklist",
        Finding::Form { .. } => "procedure.form",
        Finding::Approvers(_) => "procedure.approvers",
        Finding::Outcomes(_) => "procedure.outcomes",
        Finding::Outcome { .. } => "procedure.outcome",
        Finding::Target { .. } => "procedure.target",
        Finding::Condition { .. } => "procedure.condition",
        Finding::Branch { .. } => "procedure.branch",
        Finding::Unreachable(_) => "procedure.unreachable",
        Finding::NoWayOut(_) => "procedure.no_way_out",
    }
}

/// Brings the built-in types into a workspace that has none of them yet. Those that are
/// there stay as they are.
pub fn seed_types(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), StoreError> {
    let known = store::list(tx)?;
    if known.iter().any(|it| it.is_builtin) {
        return Ok(());
    }
    for (position, builtin) in (1..).zip(builtin::case_types()) {
        let case_type = CaseType {
            id: ctx.id(),
            key: builtin.key.parse().map_err(StoreError::database)?,
            is_builtin: true,
            is_enabled: true,
            position,
            draft: None,
            version_number: 1,
            created_at: ctx.now(),
            version: 1,
        };
        // Two who open the first case at once both come here; one of them is first.
        let inserted = tx.savepoint(|tx| store::insert(tx, &case_type));
        match inserted {
            Err(error) if error.is_unique_violation("case_types_key") => continue,
            other => other?,
        }
        store::insert_version(
            tx,
            &CaseTypeVersion {
                type_id: case_type.id,
                number: 1,
                terms: builtin.terms,
                published_by: None,
                published_at: ctx.now(),
            },
        )?;
    }
    Ok(())
}

/// Refuses whoever may not change types.
pub fn may_change_types(ctx: &Context) -> Result<(), CaseError> {
    Ok(ctx.require(Permission::ManageCaseTypes, &Resource::WORKSPACE)?)
}

fn told(tx: &mut Tx<'_>, ctx: &Context, id: CaseTypeId, change: Change) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::CaseType,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

fn view(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case_type: CaseType,
    number: Option<u32>,
) -> Result<TypeView, CaseError> {
    let number = number.unwrap_or(case_type.version_number);
    let version = store::version(tx, case_type.id, number)?;
    let mut case_type = case_type;
    if !ctx.access().holds(Permission::ManageCaseTypes) {
        case_type.draft = None;
    }
    let findings = case_type.draft.as_ref().map(check_terms);
    Ok(TypeView {
        terms: version.map(|it| it.terms),
        findings: findings.unwrap_or_default(),
        case_type,
    })
}

fn find(tx: &mut Tx<'_>, id: CaseTypeId) -> Result<CaseType, CaseError> {
    store::get(tx, id)?.ok_or(CaseError::TypeNotFound(Some(id)))
}

/// All types in their order; the built-in ones appear with the first look.
pub fn list_types(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<TypeView>, CaseError> {
    let types = store::list(tx)?;
    types
        .into_iter()
        .map(|it| view(tx, ctx, it, None))
        .collect()
}

/// One type, with what is in force or a version of it.
pub fn get_type(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTypeId,
    number: Option<u32>,
) -> Result<TypeView, CaseError> {
    let found = find(tx, id)?;
    let shown = view(tx, ctx, found, number)?;
    if number.is_some() && shown.terms.is_none() {
        return Err(CaseError::TypeNotFound(Some(id)));
    }
    Ok(shown)
}

/// All versions of a type, the newest first.
pub fn type_versions(tx: &mut Tx<'_>, id: CaseTypeId) -> Result<Vec<CaseTypeVersion>, CaseError> {
    find(tx, id)?;
    Ok(store::versions(tx, id)?)
}

/// Everything there is to say about terms.
#[must_use]
pub fn check_terms(terms: &CaseTerms) -> Vec<FindingView> {
    terms.check().iter().map(FindingView::from).collect()
}

/// Makes a type. It is only in force when it is published.
pub fn create_type(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewCaseType,
) -> Result<TypeView, CaseError> {
    may_change_types(ctx)?;
    let key = new.key.parse().map_err(|_| CaseError::Setting {
        path: "/key",
        detail: "A key is a letter, then letters, digits and `_`.".to_owned(),
    })?;
    let draft = match (new.draft, new.copy_of) {
        (Some(draft), _) => Some(draft),
        (None, Some(id)) => {
            let other = find(tx, id)?;
            let version = store::version(tx, id, other.version_number)?;
            other.draft.or(version.map(|it| it.terms))
        }
        (None, None) => None,
    };
    let last = store::list(tx)?.last().map_or(0, |it| it.position);
    let case_type = CaseType {
        id: ctx.id(),
        key,
        is_builtin: false,
        is_enabled: true,
        position: last + 1,
        draft,
        version_number: 0,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &case_type).map_err(|error| {
        if error.is_unique_violation("case_types_key") {
            CaseError::KeyTaken
        } else {
            error.into()
        }
    })?;
    told(tx, ctx, case_type.id, Change::Created)?;
    view(tx, ctx, case_type, None)
}

/// A type under the version that was read.
fn load(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTypeId,
    version: Option<i64>,
) -> Result<CaseType, CaseError> {
    may_change_types(ctx)?;
    let found = find(tx, id)?;
    if version.is_some_and(|it| it != found.version) {
        return Err(CaseError::Stale);
    }
    Ok(found)
}

fn keep(tx: &mut Tx<'_>, ctx: &Context, case_type: CaseType) -> Result<TypeView, CaseError> {
    let saved = store::save(tx, case_type)?;
    told(tx, ctx, saved.id, Change::Updated)?;
    view(tx, ctx, saved, None)
}

/// Changes the draft of a type, its place, or whether new cases can be of it.
pub fn update_type(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTypeId,
    patch: TypePatch,
) -> Result<TypeView, CaseError> {
    let before = load(tx, ctx, id, patch.version)?;
    let case_type = CaseType {
        draft: patch.draft.unwrap_or(before.draft),
        is_enabled: patch.is_enabled.unwrap_or(before.is_enabled),
        position: patch.position.unwrap_or(before.position),
        ..before
    };
    keep(tx, ctx, case_type)
}

/// Puts the draft in force. Cases that run keep the version they began with.
pub fn publish_type(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTypeId,
    version: Option<i64>,
) -> Result<TypeView, CaseError> {
    let case_type = load(tx, ctx, id, version)?;
    let by = ctx
        .actor()
        .agent()
        .ok_or(zhiyin_domain::permission::Denied {
            permission: Permission::ManageCaseTypes,
        })?;
    let newest = store::version(tx, id, case_type.version_number)?;
    let (case_type, published) = case_type.publish(newest.as_ref(), by, ctx.now())?;
    store::insert_version(tx, &published)?;
    keep(tx, ctx, case_type)
}

/// Puts what Zhiyin brings along into the draft of a built-in type.
pub fn restore_type(tx: &mut Tx<'_>, ctx: &Context, id: CaseTypeId) -> Result<TypeView, CaseError> {
    let case_type = load(tx, ctx, id, None)?;
    let original = builtin::case_types()
        .into_iter()
        .find(|it| it.key == case_type.key.as_str())
        .filter(|_| case_type.is_builtin)
        .ok_or(CaseError::NotBuiltin)?;
    keep(
        tx,
        ctx,
        CaseType {
            draft: Some(original.terms),
            ..case_type
        },
    )
}
