-- Queues, routing and presence.

-- What agents can be good at. Profiles name skills by id in JSON, so that removing one is
-- the only thing that has to look.
CREATE TABLE skills (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX skills_name ON skills (workspace_id, name);

-- An agent without a row has the usual capacity, no skills and no languages.
CREATE TABLE agent_profiles (
    agent_id UUID PRIMARY KEY REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    skills JSONB NOT NULL,
    languages JSONB NOT NULL,
    capacity JSONB NOT NULL,
    calendar_id UUID,
    version BIGINT NOT NULL
);
CREATE INDEX agent_profiles_by_workspace ON agent_profiles (workspace_id);

-- An agent without a row never said that they are there.
CREATE TABLE agent_presences (
    agent_id UUID PRIMARY KEY REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    chosen TEXT NOT NULL,
    reason TEXT,
    effective TEXT NOT NULL,
    away_because TEXT,
    is_on_shift BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    -- Until when a connection is known to be open; renewed by the node that holds it.
    lease_until BIGINT,
    active_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX agent_presences_by_workspace ON agent_presences (workspace_id);
CREATE INDEX agent_presences_here ON agent_presences (effective, lease_until) WHERE effective <> 'offline';
-- `agents.presence` is the effective one, beside the name in every list. Nobody is taken
-- for being there before they say so again.
UPDATE agents SET presence = 'offline';

CREATE TABLE queues (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    policy JSONB NOT NULL,
    calendar_id UUID,
    out_of_hours JSONB NOT NULL,
    service_times JSONB NOT NULL,
    place BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX queues_name ON queues (workspace_id, name);

-- `line_rank` is the place in line by the formula of the queue: smaller is served before.
CREATE TABLE queue_items (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    session_id UUID NOT NULL REFERENCES sessions (id),
    queue_id UUID NOT NULL REFERENCES queues (id),
    item JSONB NOT NULL,
    standing JSONB NOT NULL,
    note TEXT,
    state TEXT NOT NULL,
    agent_id UUID,
    line_rank BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    due_at BIGINT,
    assigned_at BIGINT,
    ended_at BIGINT,
    outcome TEXT,
    promise_id UUID,
    decline_reason TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX queue_items_session ON queue_items (session_id) WHERE ended_at IS NULL;
CREATE INDEX queue_items_line ON queue_items (queue_id, line_rank, id) WHERE state = 'waiting';
CREATE INDEX queue_items_open ON queue_items (workspace_id, state) WHERE ended_at IS NULL;
CREATE INDEX queue_items_by_agent ON queue_items (agent_id) WHERE ended_at IS NULL AND agent_id IS NOT NULL;
CREATE INDEX queue_items_by_conversation ON queue_items (conversation_id, entered_at);
CREATE INDEX queue_items_by_entry ON queue_items (workspace_id, entered_at);

CREATE TABLE routing_decisions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    queue_item_id UUID NOT NULL REFERENCES queue_items (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    queue_id UUID NOT NULL REFERENCES queues (id),
    mode JSONB NOT NULL,
    explanation JSONB NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX routing_decisions_by_conversation ON routing_decisions (conversation_id, at);

ALTER TABLE inboxes ADD COLUMN routing JSONB NOT NULL DEFAULT '{}';
ALTER TABLE teams ADD COLUMN calendar_id UUID;
ALTER TABLE contacts ADD COLUMN tier BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN dedicated_agent_id UUID;
ALTER TABLE accounts ADD COLUMN tier BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN dedicated_agent_id UUID;
