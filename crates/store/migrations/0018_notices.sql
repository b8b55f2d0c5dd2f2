-- What a customer was told before it could hurt, and that they took note of it. The table was
-- there before anything wrote to it.
DROP TABLE service_notices;

-- `words` (name and text as they were told) and `note` are sealed. Only what stands from
-- `acknowledged_at` on is written after the beginning, and once.
CREATE TABLE service_notices (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    conversation_id UUID REFERENCES conversations (id),
    case_id UUID REFERENCES cases (id),
    message_id UUID,
    client_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    rating JSONB NOT NULL,
    words BYTEA NOT NULL,
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    means TEXT,
    note BYTEA
);
CREATE UNIQUE INDEX service_notices_client ON service_notices (workspace_id, made_by, client_id);
CREATE INDEX service_notices_by_contact ON service_notices (contact_id, created_at);
CREATE INDEX service_notices_by_conversation ON service_notices (conversation_id, created_at) WHERE conversation_id IS NOT NULL;
CREATE INDEX service_notices_by_case ON service_notices (case_id, created_at) WHERE case_id IS NOT NULL;
CREATE INDEX service_notices_by_time ON service_notices (workspace_id, created_at);

-- Reports of what customers expected and received.
CREATE INDEX sessions_by_rating ON sessions (workspace_id, rated_at) WHERE rated_at IS NOT NULL;
