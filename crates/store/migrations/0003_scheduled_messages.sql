-- Answers that are written now and sent later.
CREATE TABLE scheduled_messages (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    author_id UUID NOT NULL REFERENCES agents (id),
    client_id TEXT NOT NULL,
    text TEXT NOT NULL,
    attachment_ids JSONB NOT NULL,
    send_at BIGINT NOT NULL,
    cancel_on_reply BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    message_id UUID,
    finished_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
-- The same message scheduled twice is one.
CREATE UNIQUE INDEX scheduled_messages_client_id ON scheduled_messages (conversation_id, author_id, client_id);
CREATE INDEX scheduled_messages_waiting ON scheduled_messages (conversation_id, send_at) WHERE status = 'waiting';
CREATE INDEX scheduled_messages_due ON scheduled_messages (send_at) WHERE status = 'waiting';
CREATE INDEX scheduled_messages_finished ON scheduled_messages (conversation_id, finished_at) WHERE finished_at IS NOT NULL;

-- Files that a waiting message holds; each belongs to one. Rows go when it waits no more.
CREATE TABLE scheduled_message_attachments (
    attachment_id UUID PRIMARY KEY REFERENCES attachments (id),
    scheduled_message_id UUID NOT NULL REFERENCES scheduled_messages (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id)
);
CREATE INDEX scheduled_message_attachments_by_message ON scheduled_message_attachments (scheduled_message_id);
