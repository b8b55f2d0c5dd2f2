-- Cases (工单), what belongs to them, and the settings they follow.

-- What is being prepared is in `draft`; what is in force are versions, which never change.
CREATE TABLE case_types (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL,
    is_builtin BOOLEAN NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    place BIGINT NOT NULL,
    draft JSONB,
    version_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX case_types_key ON case_types (workspace_id, key);

CREATE TABLE case_type_versions (
    type_id UUID NOT NULL REFERENCES case_types (id),
    number BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    terms JSONB NOT NULL,
    published_by UUID REFERENCES agents (id),
    published_at BIGINT NOT NULL,
    PRIMARY KEY (type_id, number)
);

-- The title is sealed. `ownership` is the whole story of who answers for it; `owner_id` and
-- `asked_id` are what lists ask of it. `due_rank` is the next deadline of anything in the
-- case, or a time nobody lives to see, so that a list by deadline is one index.
CREATE TABLE cases (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    type_id UUID NOT NULL REFERENCES case_types (id),
    type_version BIGINT NOT NULL,
    is_complaint BOOLEAN NOT NULL,
    title BYTEA NOT NULL,
    contact_id UUID REFERENCES contacts (id),
    account_id UUID REFERENCES accounts (id),
    source TEXT NOT NULL,
    source_data JSONB NOT NULL,
    status TEXT NOT NULL,
    status_at BIGINT NOT NULL,
    status_by TEXT,
    grounds JSONB,
    label TEXT,
    priority TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES agents (id),
    asked_id UUID,
    ownership BYTEA NOT NULL,
    team_id UUID REFERENCES teams (id),
    watcher_ids JSONB NOT NULL,
    merged_into UUID REFERENCES cases (id),
    reopen_count BIGINT NOT NULL,
    due_rank BIGINT NOT NULL,
    due_subject TEXT,
    open_tasks BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX cases_number ON cases (workspace_id, number);
CREATE INDEX cases_by_due ON cases (workspace_id, status, due_rank, id);
CREATE INDEX cases_by_update ON cases (workspace_id, status, updated_at, id);
CREATE INDEX cases_by_owner ON cases (owner_id, status, due_rank, id);
CREATE INDEX cases_by_team ON cases (team_id, status, due_rank, id) WHERE team_id IS NOT NULL;
CREATE INDEX cases_by_contact ON cases (contact_id, created_at) WHERE contact_id IS NOT NULL;
CREATE INDEX cases_by_type ON cases (type_id, created_at);
CREATE INDEX cases_asked ON cases (asked_id) WHERE asked_id IS NOT NULL;
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;

-- The words of titles, as keyed hashes.
CREATE TABLE case_index (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    term BYTEA NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    PRIMARY KEY (workspace_id, term, case_id)
);
CREATE INDEX case_index_by_case ON case_index (case_id);

CREATE TABLE case_watchers (
    agent_id UUID NOT NULL REFERENCES agents (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (agent_id, case_id)
);
CREATE INDEX case_watchers_by_case ON case_watchers (case_id);

-- What was filled in; answers to personal fields are sealed.
CREATE TABLE case_answers (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    answers JSONB NOT NULL,
    personal BYTEA
);

-- The way through the procedure, sealed as a whole: results hold what people filled in. The
-- other columns say what the open step is, for queues.
CREATE TABLE case_runs (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    run BYTEA NOT NULL,
    visit BIGINT,
    step TEXT,
    assignee JSONB,
    team_id UUID,
    taken_by UUID,
    due_at BIGINT,
    is_awaiting BOOLEAN NOT NULL
);
CREATE INDEX case_runs_by_team ON case_runs (team_id, due_at) WHERE team_id IS NOT NULL;
CREATE INDEX case_runs_awaiting ON case_runs (workspace_id, due_at) WHERE is_awaiting;

-- Tasks of the back office. What is asked and what happened is sealed.
CREATE TABLE case_tasks (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    asked_by UUID NOT NULL REFERENCES agents (id),
    words BYTEA NOT NULL,
    time_limit JSONB NOT NULL,
    ladder JSONB NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    round_from BIGINT NOT NULL,
    round BIGINT NOT NULL,
    status TEXT NOT NULL,
    rest_ms BIGINT,
    holds JSONB NOT NULL,
    team_id UUID NOT NULL REFERENCES teams (id),
    taken_by UUID,
    answered_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX case_tasks_by_case ON case_tasks (case_id, asked_at);
CREATE INDEX case_tasks_by_team ON case_tasks (team_id, status, due_at, id);
CREATE INDEX case_tasks_by_due ON case_tasks (workspace_id, status, due_at, id);
CREATE INDEX case_tasks_by_asker ON case_tasks (asked_by, status, due_at, id);

-- How long each team had a task that is answered, and how often it sent it on.
CREATE TABLE case_task_times (
    task_id UUID NOT NULL REFERENCES case_tasks (id),
    team_id UUID NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    held_ms BIGINT NOT NULL,
    hops BIGINT NOT NULL,
    was_late BOOLEAN NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, team_id)
);
CREATE INDEX case_task_times_by_time ON case_task_times (workspace_id, answered_at);

-- Reminders, notices and escalations. Each fires once: whoever sets `fired_at` while it is
-- NULL does what follows, in the same transaction.
CREATE TABLE case_alarms (
    case_id UUID NOT NULL REFERENCES cases (id),
    subject TEXT NOT NULL,
    moment TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    at BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (case_id, subject, moment)
);
CREATE INDEX case_alarms_due ON case_alarms (at) WHERE fired_at IS NULL;

CREATE TABLE case_links (
    from_id UUID NOT NULL REFERENCES cases (id),
    to_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (from_id, to_id, kind)
);
CREATE INDEX case_links_by_target ON case_links (to_id, kind);

CREATE TABLE case_merges (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    into_id UUID NOT NULL REFERENCES cases (id),
    from_id UUID NOT NULL REFERENCES cases (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    added_watcher_ids JSONB NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE UNIQUE INDEX case_merges_in_force ON case_merges (from_id) WHERE undone_at IS NULL;
CREATE INDEX case_merges_by_target ON case_merges (into_id);

CREATE TABLE case_conversations (
    case_id UUID NOT NULL REFERENCES cases (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, conversation_id)
);
CREATE INDEX case_conversations_by_conversation ON case_conversations (conversation_id);

-- What happened, for people. Texts are sealed.
CREATE TABLE case_history (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    data JSONB NOT NULL,
    words BYTEA
);
CREATE INDEX case_history_by_case ON case_history (case_id, at, id);

-- One answer for all children of a case. A row of the second table is a child that is done
-- with, however it ended: run again, nobody is answered twice.
CREATE TABLE case_broadcasts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    client_id TEXT NOT NULL,
    words BYTEA NOT NULL,
    resolves BOOLEAN NOT NULL,
    made_by UUID NOT NULL REFERENCES agents (id),
    total BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE UNIQUE INDEX case_broadcasts_client ON case_broadcasts (case_id, client_id);
CREATE INDEX case_broadcasts_open ON case_broadcasts (created_at) WHERE done_at IS NULL;

CREATE TABLE case_broadcast_answers (
    broadcast_id UUID NOT NULL REFERENCES case_broadcasts (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (broadcast_id, case_id)
);

-- Settings of cases that are one document each: `severity`, `catalogue`, `recovery_limits`,
-- `recovery_budgets`, `low_score`, `warnings` (A may add `desks`, `labels` …).
CREATE TABLE case_settings (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    document JSONB NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
);

-- The record of a complaint. `record` is sealed: facts, findings, reasons, cause, action and
-- the assessment of the complainant. What is asked for is in columns.
CREATE TABLE complaints (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    phase TEXT NOT NULL,
    round BIGINT NOT NULL,
    severity TEXT NOT NULL,
    validity TEXT,
    cause TEXT,
    received_at BIGINT NOT NULL,
    acknowledge_by BIGINT NOT NULL,
    reply_by BIGINT NOT NULL,
    told_reply_by BIGINT,
    replied_at BIGINT,
    action_due_at BIGINT,
    record BYTEA NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX complaints_by_received ON complaints (workspace_id, received_at);

-- Gestures of service recovery, each with the case it was asked in (a merge moves nothing)
-- and the budget its cost is taken from.
CREATE TABLE recoveries (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    place BIGINT NOT NULL,
    gesture TEXT NOT NULL,
    gesture_kind TEXT NOT NULL,
    team_id UUID,
    minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    reason BYTEA NOT NULL,
    asked_by UUID NOT NULL REFERENCES agents (id),
    asked_at BIGINT NOT NULL,
    own_limit BIGINT NOT NULL,
    status TEXT NOT NULL,
    state JSONB NOT NULL,
    budget_scope UUID NOT NULL,
    budget_period TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX recoveries_by_case ON recoveries (case_id, place);
CREATE INDEX recoveries_by_period ON recoveries (workspace_id, asked_at);
CREATE INDEX recoveries_pending ON recoveries (workspace_id, asked_at) WHERE status = 'pending';

-- What was spent and is reserved of a budget in a period. The scope is a team, or the nil
-- UUID for the workspace.
CREATE TABLE recovery_budgets (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    scope UUID NOT NULL,
    period TEXT NOT NULL,
    currency TEXT NOT NULL,
    spent BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, period)
);

-- The chain of evidence. `body` (kind and note) is sealed with a data key, besides the seals
-- of the chain.
CREATE TABLE evidence (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    number BIGINT NOT NULL,
    attachment_id UUID,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    seal BYTEA NOT NULL
);
CREATE UNIQUE INDEX evidence_by_case ON evidence (case_id, number);
CREATE INDEX evidence_by_attachment ON evidence (attachment_id) WHERE attachment_id IS NOT NULL;

-- Texts of messages and statements, sealed; files lie where files lie.
CREATE TABLE evidence_contents (
    evidence_id UUID PRIMARY KEY REFERENCES evidence (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    content BYTEA NOT NULL
);

-- The end of each chain, apart from it.
CREATE TABLE evidence_heads (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    count BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    version BIGINT NOT NULL
);

-- Call backs. `record` (attempts and result, with notes) is sealed.
CREATE TABLE follow_ups (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    reason TEXT NOT NULL,
    score BIGINT,
    owner_id UUID NOT NULL REFERENCES agents (id),
    created_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    time_limit JSONB NOT NULL,
    ladder JSONB NOT NULL,
    attempts BIGINT NOT NULL,
    result TEXT,
    finished_at BIGINT,
    record BYTEA NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX follow_ups_by_case ON follow_ups (case_id, created_at);
CREATE INDEX follow_ups_by_owner ON follow_ups (owner_id, due_at) WHERE result IS NULL;
CREATE INDEX follow_ups_open ON follow_ups (workspace_id, due_at) WHERE result IS NULL;

-- Documented contacts about a solution; closing looks at them.
CREATE TABLE solution_contacts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    means TEXT NOT NULL,
    answer TEXT NOT NULL,
    note BYTEA NOT NULL
);
CREATE INDEX solution_contacts_by_case ON solution_contacts (case_id, at);

-- Risk warnings. At most one that is open for each thing warned of.
CREATE TABLE risk_warnings (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts JSONB NOT NULL,
    people JSONB NOT NULL,
    plan JSONB NOT NULL,
    opened_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by UUID,
    note TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX risk_warnings_open ON risk_warnings (workspace_id, kind, subject) WHERE closed_at IS NULL;
CREATE INDEX risk_warnings_by_time ON risk_warnings (workspace_id, opened_at);

-- What a customer was told before it could hurt, and whether they took note of it.
CREATE TABLE service_notices (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    conversation_id UUID REFERENCES conversations (id),
    case_id UUID REFERENCES cases (id),
    kind TEXT NOT NULL,
    rating JSONB NOT NULL,
    words BYTEA NOT NULL,
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    shown_at BIGINT,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX service_notices_by_contact ON service_notices (contact_id, created_at);
CREATE INDEX service_notices_by_conversation ON service_notices (conversation_id, created_at) WHERE conversation_id IS NOT NULL;

-- The roles that Zhiyin brings along may work with cases.
UPDATE roles SET grants = '[{"permission":"conversations.read","scope":"all"},{"permission":"conversations.reply","scope":"all"},{"permission":"conversations.note","scope":"all"},{"permission":"conversations.assign","scope":"all"},{"permission":"conversations.manage","scope":"all"},{"permission":"contacts.read","scope":"all"},{"permission":"contacts.edit","scope":"all"},{"permission":"personal.reveal","scope":"all"},{"permission":"inboxes.manage","scope":"all"},{"permission":"agents.manage","scope":"all"},{"permission":"teams.manage","scope":"all"},{"permission":"roles.manage","scope":"all"},{"permission":"workspace.manage","scope":"all"},{"permission":"phrases.manage","scope":"all"},{"permission":"tags.manage","scope":"all"},{"permission":"tokens.manage","scope":"all"},{"permission":"audit.read","scope":"all"},{"permission":"reports.read","scope":"all"},{"permission":"floor.supervise","scope":"all"},{"permission":"jobs.manage","scope":"all"},{"permission":"cases.read","scope":"all"},{"permission":"cases.work","scope":"all"},{"permission":"cases.assign","scope":"all"},{"permission":"cases.types","scope":"all"},{"permission":"cases.settings","scope":"all"},{"permission":"tasks.work","scope":"all"},{"permission":"recovery.approve","scope":"all"},{"permission":"evidence.export","scope":"all"}]' WHERE builtin = 'administrator';
UPDATE roles SET grants = '[{"permission":"conversations.read","scope":"inbox"},{"permission":"conversations.reply","scope":"inbox"},{"permission":"conversations.note","scope":"inbox"},{"permission":"conversations.assign","scope":"inbox"},{"permission":"conversations.manage","scope":"inbox"},{"permission":"contacts.read","scope":"all"},{"permission":"contacts.edit","scope":"all"},{"permission":"personal.reveal","scope":"all"},{"permission":"phrases.manage","scope":"all"},{"permission":"tags.manage","scope":"all"},{"permission":"reports.read","scope":"all"},{"permission":"floor.supervise","scope":"all"},{"permission":"cases.read","scope":"all"},{"permission":"cases.work","scope":"all"},{"permission":"cases.assign","scope":"all"},{"permission":"cases.types","scope":"all"},{"permission":"tasks.work","scope":"all"},{"permission":"recovery.approve","scope":"all"},{"permission":"evidence.export","scope":"all"}]' WHERE builtin = 'supervisor';
UPDATE roles SET grants = '[{"permission":"conversations.read","scope":"inbox"},{"permission":"conversations.reply","scope":"inbox"},{"permission":"conversations.note","scope":"inbox"},{"permission":"conversations.assign","scope":"inbox"},{"permission":"conversations.manage","scope":"inbox"},{"permission":"contacts.read","scope":"all"},{"permission":"contacts.edit","scope":"all"},{"permission":"cases.read","scope":"all"},{"permission":"cases.work","scope":"team"},{"permission":"tasks.work","scope":"team"}]' WHERE builtin = 'agent';
UPDATE roles SET grants = '[{"permission":"conversations.read","scope":"team"},{"permission":"conversations.note","scope":"team"},{"permission":"contacts.read","scope":"all"},{"permission":"cases.read","scope":"all"},{"permission":"tasks.work","scope":"team"}]' WHERE builtin = 'back_office';
UPDATE roles SET grants = '[{"permission":"conversations.read","scope":"all"},{"permission":"contacts.read","scope":"all"},{"permission":"audit.read","scope":"all"},{"permission":"reports.read","scope":"all"},{"permission":"cases.read","scope":"all"},{"permission":"evidence.export","scope":"all"}]' WHERE builtin = 'auditor';
