-- Receivers of events.
CREATE TABLE webhooks (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    purpose TEXT NOT NULL,
    inbox_id UUID REFERENCES inboxes (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    event_types JSONB NOT NULL,
    disabled_reason TEXT,
    disabled_at BIGINT,
    failing_since BIGINT,
    silences BIGINT NOT NULL,
    resting_until BIGINT,
    last_success_at BIGINT,
    -- Signs what is sent; the one before signs too until its time is over.
    secret BYTEA NOT NULL,
    previous_secret BYTEA,
    previous_secret_until BIGINT,
    -- When something is to be sent; a hint that is never later than the truth.
    next_due_at BIGINT,
    -- Until when a node is sending.
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX webhooks_workspace ON webhooks (workspace_id, created_at);
-- An API inbox has one way out.
CREATE UNIQUE INDEX webhooks_channel ON webhooks (inbox_id) WHERE purpose = 'channel';
CREATE INDEX webhooks_due ON webhooks (next_due_at) WHERE next_due_at IS NOT NULL AND disabled_reason IS NULL;

-- What was told to whom, or is to be.
CREATE TABLE webhook_deliveries (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    webhook_id UUID NOT NULL REFERENCES webhooks (id),
    event_type TEXT NOT NULL,
    event_seq BIGINT,
    message_id UUID,
    -- Sealed: holds what customers wrote.
    body BYTEA NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT,
    last_status BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
-- An event is told once to each.
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (webhook_id, event_seq) WHERE event_seq IS NOT NULL;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, created_at, id) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
    delivery_id UUID NOT NULL REFERENCES webhook_deliveries (id),
    number BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    -- Sealed: may repeat what was sent.
    answer BYTEA NOT NULL,
    is_answer_cut BOOLEAN NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
