-- Steps that are taken by event or time.
CREATE TABLE automation_rules (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    -- `event` or `time`, as in the terms.
    trigger_kind TEXT NOT NULL,
    terms JSONB NOT NULL,
    author_id UUID REFERENCES agents (id),
    paused_reason TEXT,
    paused_at BIGINT,
    -- Up to which moment, and which conversation of it, a rule by time has looked.
    swept_at BIGINT,
    swept_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX automation_rules_name ON automation_rules (workspace_id, name);
CREATE INDEX automation_rules_timed ON automation_rules (workspace_id, id)
    WHERE trigger_kind = 'time' AND is_enabled AND paused_reason IS NULL;

-- What rules said before; runs name the version.
CREATE TABLE automation_rule_versions (
    rule_id UUID NOT NULL REFERENCES automation_rules (id),
    version BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    terms JSONB NOT NULL,
    author_id UUID REFERENCES agents (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (rule_id, version)
);

-- How often rules have acted; apart from the rules, so that no run changes their version.
CREATE TABLE automation_counters (
    rule_id UUID PRIMARY KEY REFERENCES automation_rules (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    hour BIGINT NOT NULL,
    hour_runs BIGINT NOT NULL,
    hour_unmatched BIGINT NOT NULL,
    day BIGINT NOT NULL,
    day_runs BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_run_at BIGINT
);

-- What became of rules that were asked, and why.
CREATE TABLE automation_runs (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    rule_id UUID NOT NULL REFERENCES automation_rules (id),
    rule_version BIGINT NOT NULL,
    conversation_id UUID NOT NULL,
    trigger_name TEXT NOT NULL,
    event_id UUID,
    -- The moment from which a rule by time counted.
    anchor_at BIGINT,
    chain JSONB NOT NULL,
    outcome TEXT NOT NULL,
    skip_reason TEXT,
    leaves JSONB NOT NULL,
    actions JSONB NOT NULL,
    at BIGINT NOT NULL
);
-- A rule is asked once about an event, and once about a moment.
CREATE UNIQUE INDEX automation_runs_event ON automation_runs (event_id, rule_id) WHERE event_id IS NOT NULL;
CREATE UNIQUE INDEX automation_runs_moment ON automation_runs (rule_id, conversation_id, anchor_at)
    WHERE anchor_at IS NOT NULL;
CREATE INDEX automation_runs_list ON automation_runs (rule_id, at, id);
CREATE INDEX automation_runs_outcome ON automation_runs (rule_id, outcome, at, id);
CREATE INDEX automation_runs_conversation ON automation_runs (conversation_id, at, id);
CREATE INDEX automation_runs_old ON automation_runs (at);

-- Rules that count from the end of a session.
CREATE INDEX sessions_by_resolution ON sessions (workspace_id, resolved_at, conversation_id) WHERE resolved_at IS NOT NULL;

-- Steps that are taken by hand.
CREATE TABLE macros (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID REFERENCES agents (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    actions JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX macros_workspace ON macros (workspace_id, created_at);
