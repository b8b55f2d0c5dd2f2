//! A link by which a colleague without the console does a task: signed, with an end, good
//! for this one task and in the name of this one colleague.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::tasks::{TaskEntry, TaskEntryKind};
use zhiyin_domain::ids::{AgentId, CaseTaskId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases::tasks as rows;
use zhiyin_store::identity::{access, agents, workspaces};

use super::task_lists::get_task;
use super::tasks::{TaskAct, TaskView, act_on_task};
use super::{CaseError, people};
pub use crate::signed_link::SignedLink as TaskLink;
use crate::signed_link::{self, LinkError, Unproven};
use crate::{App, Context, Credential, Principal};

/// First byte: the form of what follows.
const FORMAT: [u8; 1] = [1];
/// Format, workspace, task, agent.
const HEAD_BYTES: usize = 1 + 16 + 16 + 16;
/// How long a link is good.
const LIFETIME: Duration = Duration::from_hours(14 * 24);

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

#[derive(Clone, Copy)]
struct Claim {
    workspace: WorkspaceId,
    task: CaseTaskId,
    agent: AgentId,
    link: Unproven<HEAD_BYTES>,
}

impl Claim {
    fn read(token: &str) -> Result<Self, LinkError> {
        let link = Unproven::read(token, &FORMAT)?;
        Ok(Self {
            workspace: WorkspaceId::from_uuid(link.id(1)),
            task: CaseTaskId::from_uuid(link.id(17)),
            agent: AgentId::from_uuid(link.id(33)),
            link,
        })
    }

    fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        self.link.prove(tx, now, rows::link_code)
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
    let ids = [ctx.workspace().uuid(), id.uuid(), agent.uuid()];
    let head: [u8; HEAD_BYTES] = signed_link::head(&FORMAT, &ids);
    let ends_at = ctx.now().plus(LIFETIME);
    Ok(signed_link::sign(tx, &head, ends_at, rows::link_code)?)
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
