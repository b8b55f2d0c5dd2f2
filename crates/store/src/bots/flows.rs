//! Guided flows, what was published of them, and how customers go through.

use zhiyin_domain::flows::{BotFlow, Document, FlowRevision, Passage, StepCounts};
use zhiyin_domain::ids::BotFlowId;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, name, draft, published_revision, created_at, updated_at, version";

impl TryFrom<&Row> for BotFlow {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            draft: json(row, "draft")?,
            published_revision: row.get("published_revision")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            version: row.get("version")?,
        })
    }
}

impl TryFrom<&Row> for FlowRevision {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let by = row.text("published_by")?.parse();
        Ok(Self {
            flow_id: row.get("flow_id")?,
            revision: row.get("revision")?,
            document: json(row, "document")?,
            published_at: row.get("published_at")?,
            published_by: by.map_err(|_| row.inconsistent("published_by"))?,
        })
    }
}

/// Adds a flow.
pub fn insert(tx: &mut Tx<'_>, it: &BotFlow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO bot_flows (id, workspace_id, name, draft, published_revision, created_at,
             updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            it.id,
            tx.workspace(),
            it.name,
            to_json(&it.draft),
            it.published_revision,
            it.created_at,
            it.updated_at,
            it.version
        ],
    )?;
    Ok(())
}

/// One flow.
pub fn get(tx: &mut Tx<'_>, id: BotFlowId) -> Result<Option<BotFlow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bot_flows WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(BotFlow::try_from).transpose()
}

/// All flows, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<BotFlow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM bot_flows WHERE workspace_id = $1 ORDER BY created_at, id");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(BotFlow::try_from).collect()
}

/// Saves a flow; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &BotFlow) -> Result<BotFlow, StoreError> {
    tx.execute_versioned(
        "UPDATE bot_flows SET name = $4, draft = $5, published_revision = $6, updated_at = $7,
             version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.id,
            it.version,
            it.name,
            to_json(&it.draft),
            it.published_revision,
            it.updated_at
        ],
    )?;
    Ok(BotFlow {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Removes a flow with everything that hangs on it.
pub fn delete(tx: &mut Tx<'_>, id: BotFlowId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM bot_flow_steps WHERE workspace_id = $1 AND flow_id = $2",
        params![tx.workspace(), id],
    )?;
    tx.execute(
        "DELETE FROM bot_flow_revisions WHERE workspace_id = $1 AND flow_id = $2",
        params![tx.workspace(), id],
    )?;
    tx.execute_versioned(
        "DELETE FROM bot_flows WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}

/// Keeps what is published.
pub fn insert_revision(tx: &mut Tx<'_>, it: &FlowRevision) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO bot_flow_revisions (flow_id, revision, workspace_id, document, published_at,
             published_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            it.flow_id,
            it.revision,
            tx.workspace(),
            to_json(&it.document),
            it.published_at,
            it.published_by.to_string()
        ],
    )?;
    Ok(())
}

/// What was published, newest first.
pub fn revisions(
    tx: &mut Tx<'_>,
    id: BotFlowId,
    limit: u32,
) -> Result<Vec<FlowRevision>, StoreError> {
    let rows = tx.query(
        "SELECT flow_id, revision, document, published_at, published_by FROM bot_flow_revisions
         WHERE workspace_id = $1 AND flow_id = $2 ORDER BY revision DESC LIMIT $3",
        params![tx.workspace(), id, i64::from(limit)],
    )?;
    rows.iter().map(FlowRevision::try_from).collect()
}

/// The steps as they were published under a number.
pub fn document(
    tx: &mut Tx<'_>,
    id: BotFlowId,
    revision: i64,
) -> Result<Option<Document>, StoreError> {
    let row = tx.maybe(
        "SELECT flow_id, document FROM bot_flow_revisions
         WHERE workspace_id = $1 AND flow_id = $2 AND revision = $3",
        params![tx.workspace(), id, revision],
    )?;
    row.map(|row| json(&row, "document")).transpose()
}

/// What customers may meet: all flows as they are published, oldest first.
pub fn published(tx: &mut Tx<'_>) -> Result<Vec<(BotFlowId, i64, Document)>, StoreError> {
    let rows = tx.query(
        "SELECT f.id, r.revision, r.document FROM bot_flows f
         JOIN bot_flow_revisions r ON r.flow_id = f.id AND r.revision = f.published_revision
         WHERE f.workspace_id = $1 ORDER BY f.created_at, f.id",
        params![tx.workspace()],
    )?;
    let all = rows.iter().map(|row| {
        let (id, revision) = (row.get("id")?, row.get("revision")?);
        Ok((id, revision, json(row, "document")?))
    });
    all.collect()
}

/// Counts one more customer at a step.
pub fn count(
    tx: &mut Tx<'_>,
    id: BotFlowId,
    step: &str,
    passage: Passage,
) -> Result<(), StoreError> {
    let one = |wanted: Passage| i64::from(passage == wanted);
    tx.execute(
        "INSERT INTO bot_flow_steps (flow_id, step, workspace_id, entered, passed, to_person, ended)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (flow_id, step) DO UPDATE SET
             entered = bot_flow_steps.entered + excluded.entered,
             passed = bot_flow_steps.passed + excluded.passed,
             to_person = bot_flow_steps.to_person + excluded.to_person,
             ended = bot_flow_steps.ended + excluded.ended",
        params![
            id,
            step,
            tx.workspace(),
            one(Passage::Entered),
            one(Passage::Passed),
            one(Passage::ToPerson),
            one(Passage::Ended)
        ],
    )?;
    Ok(())
}

/// How customers went through the steps of a flow, by name.
pub fn counts(tx: &mut Tx<'_>, id: BotFlowId) -> Result<Vec<(String, StepCounts)>, StoreError> {
    let rows = tx.query(
        "SELECT step, entered, passed, to_person, ended FROM bot_flow_steps
         WHERE workspace_id = $1 AND flow_id = $2 ORDER BY step",
        params![tx.workspace(), id],
    )?;
    let all = rows.iter().map(|row| {
        let counts = StepCounts {
            entered: row.get("entered")?,
            passed: row.get("passed")?,
            to_person: row.get("to_person")?,
            ended: row.get("ended")?,
        };
        Ok((row.get("step")?, counts))
    });
    all.collect()
}
