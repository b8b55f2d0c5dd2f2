//! A link by which a colleague without the console does a task: signed, with an end, good
//! for this one task and in the name of this one colleague.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::tasks::{TaskEntry, TaskEntryKind};
use zhiyin_domain::ids::{AgentId, CaseTaskId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::tasks as rows;
use zhiyin_store::identity::{access, agents, workspaces};
use zhiyin_store::{StoreError, Tx};

use super::task_lists::get_task;
use super::tasks::{TaskAct, TaskView, act_on_task};
use super::{CaseError, people};
use crate::ratings::LinkError;
use crate::{App, Context, Credential, Principal};

/// First byte: the form of what follows.
const FORMAT: u8 = 1;
/// Of the authentication code; 128 bits cannot be guessed.
const CODE_BYTES: usize = 16;
/// Format, workspace, task, agent, seconds of the end.
const CONTENT_BYTES: usize = 1 + 16 + 16 + 16 + 8;
/// How long a link is good.
const LIFETIME: Duration = Duration::from_hours(14 * 24);

/// A link to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLink {
    /// What stands in its address.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What the page behind a link shows.
#[derive(Debug, Clone)]
pub struct TaskPage {
    /// Name of the company.
    pub company: String,
    /// The language of the colleague.
    pub locale: Locale,
    /// Whose name stands under what is done.
    pub agent_name: String,
    /// The task.
    pub view: TaskView,
    /// Its last answer.
    pub answer: Option<String>,
    /// The zone times are shown in.
    pub zone: String,
}

struct Claim {
    workspace: WorkspaceId,
    task: CaseTaskId,
    agent: AgentId,
    expires_at: Timestamp,
    code: [u8; CODE_BYTES],
}

fn content(workspace: WorkspaceId, task: CaseTaskId, agent: AgentId, seconds: i64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CONTENT_BYTES + CODE_BYTES);
    bytes.push(FORMAT);
    bytes.extend_from_slice(workspace.uuid().as_bytes());
    bytes.extend_from_slice(task.uuid().as_bytes());
    bytes.extend_from_slice(agent.uuid().as_bytes());
    bytes.extend_from_slice(&seconds.to_be_bytes());
    bytes
}

impl Claim {
    fn read(token: &str) -> Result<Self, LinkError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| LinkError::Invalid)?;
        let bytes: [u8; CONTENT_BYTES + CODE_BYTES] =
            bytes.try_into().map_err(|_| LinkError::Invalid)?;
        if bytes[0] != FORMAT {
            return Err(LinkError::Invalid);
        }
        let part = |from: usize| -> [u8; 16] {
            let mut part = [0; 16];
            part.copy_from_slice(&bytes[from..from + 16]);
            part
        };
        let id = |from: usize| uuid::Uuid::from_bytes(part(from));
        let mut seconds = [0; 8];
        seconds.copy_from_slice(&bytes[49..57]);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(id(1)),
            task: CaseTaskId::from_uuid(id(17)),
            agent: AgentId::from_uuid(id(33)),
            expires_at: Timestamp::from_micros(
                i64::from_be_bytes(seconds).saturating_mul(1_000_000),
            ),
            code: part(CONTENT_BYTES),
        })
    }

    fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        let seconds = self.expires_at.as_millis().div_euclid(1000);
        let bytes = content(self.workspace, self.task, self.agent, seconds);
        let code = rows::link_code(tx, &bytes)?.ok_or(LinkError::Invalid)?;
        if !bool::from(code[..CODE_BYTES].ct_eq(&self.code)) {
            return Err(LinkError::Invalid);
        }
        if now > self.expires_at {
            return Err(LinkError::Expired);
        }
        Ok(())
    }

    /// The colleague, with what they may do now.
    fn principal(
        &self,
        tx: &mut Tx<'_>,
        request_id: Option<String>,
    ) -> Result<Principal, LinkError> {
        let known = agents::get(tx, self.agent)?.filter(|agent| agent.is_active);
        known.ok_or(LinkError::Invalid)?;
        Ok(Principal {
            workspace: self.workspace,
            actor: Actor::Agent(self.agent),
            access: Arc::new(access::load(tx, self.agent)?),
            credential: Credential::Internal,
            request_id,
            causes: Vec::new(),
        })
    }
}

/// Makes a link to a task for a colleague who may do it.
pub fn create_task_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTaskId,
    agent: AgentId,
) -> Result<TaskLink, CaseError> {
    let view = get_task(tx, ctx, id)?;
    if !view.may_own {
        return Err(Denied {
            permission: Permission::WorkCases,
        }
        .into());
    }
    let active = people::active(tx, [agent])?;
    let access = access::load(tx, agent)?;
    let resource = zhiyin_domain::permission::Resource {
        inbox: None,
        team: view.task.team_id(),
        assignee: None,
    };
    if active.is_empty() || !access.allows(Permission::WorkTasks, &resource) {
        return Err(CaseError::AgentUnfit(agent));
    }
    let seconds = ctx.now().plus(LIFETIME).as_millis().div_euclid(1000);
    let mut bytes = content(ctx.workspace(), id, agent, seconds);
    let code = rows::link_code(tx, &bytes)?.ok_or(StoreError::Aborted)?;
    bytes.extend_from_slice(&code[..CODE_BYTES]);
    Ok(TaskLink {
        token: URL_SAFE_NO_PAD.encode(bytes),
        expires_at: Timestamp::from_micros(seconds.saturating_mul(1_000_000)),
    })
}

fn page(tx: &mut Tx<'_>, ctx: &Context, claim: &Claim) -> Result<TaskPage, LinkError> {
    let agent = agents::get(tx, claim.agent)?.ok_or(LinkError::Invalid)?;
    let view = get_task(tx, ctx, claim.task).map_err(|error| match error {
        CaseError::Store(error) => LinkError::Store(error),
        _ => LinkError::Invalid,
    })?;
    let is_answer = |entry: &&TaskEntry| matches!(entry.kind, TaskEntryKind::Answered);
    let answer = view.task.entries.iter().rev().find(is_answer);
    let workspace = workspaces::load(tx)?;
    Ok(TaskPage {
        answer: answer.map(|entry| entry.text.clone()),
        zone: workspace.time_zone.as_str().to_owned(),
        company: workspace.name.into_string(),
        locale: agent.locale,
        agent_name: agent.name.into_string(),
        view,
    })
}

/// Opens the page behind a link.
pub async fn open_task_page(app: &App, token: &str) -> Result<TaskPage, LinkError> {
    let claim = Claim::read(token)?;
    let now = app.clock().now();
    let app = app.clone();
    app.clone()
        .store()
        .read(claim.workspace, move |tx| {
            claim.prove(tx, now)?;
            let principal = claim.principal(tx, None)?;
            page(tx, &app.context(&principal), &claim)
        })
        .await
}

/// Does something with the task behind a link, in the name of the colleague.
pub async fn act_by_link(
    app: &App,
    token: &str,
    act: TaskAct,
    request_id: Option<String>,
) -> Result<TaskPage, CaseError> {
    let invalid = |error: LinkError| match error {
        LinkError::Store(error) => CaseError::Store(error),
        LinkError::Invalid | LinkError::Expired => CaseError::Denied(Denied {
            permission: Permission::WorkTasks,
        }),
    };
    let claim = Claim::read(token).map_err(invalid)?;
    let now = app.clock().now();
    let app = app.clone();
    app.clone()
        .store()
        .write(claim.workspace, move |tx| {
            claim.prove(tx, now).map_err(invalid)?;
            let principal = claim.principal(tx, request_id.clone()).map_err(invalid)?;
            let ctx = app.context(&principal);
            act_on_task(tx, &ctx, claim.task, &act)?;
            page(tx, &ctx, &claim).map_err(invalid)
        })
        .await
}
