-- The bot of an inbox, as people set it.
CREATE TABLE bots (
    inbox_id UUID PRIMARY KEY REFERENCES inboxes (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    is_enabled BOOLEAN NOT NULL,
    settings JSONB NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX bots_by_workspace ON bots (workspace_id);

-- What customers thought of answers and suggestions, by how sure the bot was.
CREATE TABLE bot_opinions (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    shown BIGINT NOT NULL,
    good BIGINT NOT NULL,
    bad BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, bucket)
);

-- Conversations that were drawn beforehand.
CREATE TABLE bot_flows (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    draft JSONB NOT NULL,
    published_revision BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX bot_flows_by_workspace ON bot_flows (workspace_id, created_at);

-- What was published; sessions go on with what they began with.
CREATE TABLE bot_flow_revisions (
    flow_id UUID NOT NULL REFERENCES bot_flows (id),
    revision BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    document JSONB NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (flow_id, revision)
);

-- How often customers came to a step, and how they went on.
CREATE TABLE bot_flow_steps (
    flow_id UUID NOT NULL REFERENCES bot_flows (id),
    step TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    entered BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    to_person BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (flow_id, step)
);

-- What the bot remembers of a session.
CREATE TABLE bot_runs (
    session_id UUID PRIMARY KEY REFERENCES sessions (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    -- Sealed: holds what customers wrote.
    memory BYTEA NOT NULL,
    -- Messages up to here were dealt with.
    seen_seq BIGINT NOT NULL,
    -- When a silent customer is taken to have left; none when the session is over.
    idle_at BIGINT,
    -- How it ended; none while it goes on.
    outcome TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX bot_runs_idle ON bot_runs (idle_at) WHERE idle_at IS NOT NULL;

-- What flows show other systems; sealed.
CREATE TABLE bot_secrets (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    value BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- One-time codes that were sent, to limit how many go to one address.
CREATE TABLE bot_codes (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    address_index BYTEA NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX bot_codes_by_address ON bot_codes (workspace_id, address_index, sent_at);
CREATE INDEX bot_codes_by_conversation ON bot_codes (conversation_id, sent_at);
CREATE INDEX bot_codes_by_time ON bot_codes (sent_at);

-- The latest sessions of an inbox, for the test bench.
CREATE INDEX sessions_by_inbox ON sessions (inbox_id, opened_at);
