-- Business calendars, service standards, the clocks of sessions, their deadlines, promises.

CREATE TABLE calendars (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    rules JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendars_name ON calendars (workspace_id, name);

CREATE TABLE standards (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    calendar_id UUID REFERENCES calendars (id),
    terms JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX standards_name ON standards (workspace_id, name);
CREATE INDEX standards_by_calendar ON standards (calendar_id) WHERE calendar_id IS NOT NULL;

-- What a session is about, as far as known.
ALTER TABLE sessions ADD COLUMN stage TEXT;
ALTER TABLE sessions ADD COLUMN language TEXT;
ALTER TABLE sessions ADD COLUMN topic_id UUID;

-- What is counted of a session besides its row. The standard has no foreign key: one that is
-- removed leaves the past as it was. `wakes_at` is when it has to be looked at although
-- nothing happens: a setting changed, or the time to give an opinion is over.
CREATE TABLE session_clocks (
    session_id UUID PRIMARY KEY REFERENCES sessions (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    standard_id UUID,
    clock JSONB NOT NULL,
    visits JSONB NOT NULL,
    repeats BIGINT NOT NULL,
    has_left BOOLEAN NOT NULL,
    wakes_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX session_clocks_by_wake ON session_clocks (wakes_at) WHERE wakes_at IS NOT NULL;

-- Each fires once: whoever sets `fired_at` while it is NULL does what follows, in the same
-- transaction.
CREATE TABLE deadlines (
    session_id UUID NOT NULL REFERENCES sessions (id),
    metric TEXT NOT NULL,
    round BIGINT NOT NULL,
    moment TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    due_at BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (session_id, metric, round, moment)
);
CREATE INDEX deadlines_due ON deadlines (due_at) WHERE fired_at IS NULL;

-- The number to call is sealed; the text is internal, as notes are.
CREATE TABLE promises (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    session_id UUID,
    contact_id UUID NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    phone BYTEA,
    due_at BIGINT NOT NULL,
    owner_id UUID REFERENCES agents (id),
    status TEXT NOT NULL,
    reason TEXT,
    made_by TEXT NOT NULL,
    kept_at BIGINT,
    broken_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX promises_due ON promises (due_at) WHERE status = 'open';
CREATE INDEX promises_by_status ON promises (workspace_id, status, due_at, id);
CREATE INDEX promises_by_workspace ON promises (workspace_id, due_at, id);
CREATE INDEX promises_by_owner ON promises (owner_id, status, due_at, id) WHERE owner_id IS NOT NULL;
CREATE INDEX promises_by_conversation ON promises (conversation_id, due_at, id);

-- The next end of a target in the list row. With the status in front, since a page of a
-- list is always one of a status.
ALTER TABLE conversations ADD COLUMN next_due_at BIGINT;
ALTER TABLE conversations ADD COLUMN next_due_metric TEXT;
ALTER TABLE conversations ADD COLUMN is_breached BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX conversations_by_due ON conversations (workspace_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;
CREATE INDEX conversations_by_inbox_due ON conversations (inbox_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;
CREATE INDEX conversations_by_assignee_due ON conversations (assignee_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;
