-- Mailboxes, the mails that came and went, and the conversations they make.

-- One person may have many threads in a mailbox, and only one conversation on any other channel.
DROP INDEX conversations_identity;
CREATE UNIQUE INDEX conversations_identity ON conversations (inbox_id, identity_id) WHERE channel <> 'email';

-- Secrets are sealed. A mailbox that was removed keeps its row for its mails.
CREATE TABLE mailboxes (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    address TEXT NOT NULL,
    settings JSONB NOT NULL,
    secrets BYTEA NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX mailboxes_address ON mailboxes (workspace_id, address) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX mailboxes_inbox ON mailboxes (inbox_id) WHERE removed_at IS NULL;

-- What the reading of a mailbox writes, apart from what people set. What servers said is sealed.
CREATE TABLE mailbox_states (
    mailbox_id UUID PRIMARY KEY REFERENCES mailboxes (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    uid_validity BIGINT,
    last_uid BIGINT NOT NULL,
    last_read_at BIGINT,
    received_total BIGINT NOT NULL,
    trouble BYTEA,
    sending_trouble BYTEA,
    alerted_at BIGINT
);

-- Mails that were taken: acknowledged when they are here, read afterwards, in this order. A
-- fingerprint recognises a mail under another number.
CREATE TABLE mail_arrivals (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    mailbox_id UUID NOT NULL REFERENCES mailboxes (id),
    fingerprint BYTEA,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    raw_hash BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL,
    is_cut BOOLEAN NOT NULL,
    arrived_at BIGINT,
    state TEXT NOT NULL,
    outcome TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    last_error TEXT,
    message_id UUID,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_arrivals_fingerprint ON mail_arrivals (mailbox_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE UNIQUE INDEX mail_arrivals_uid ON mail_arrivals (mailbox_id, uid_validity, uid);
CREATE INDEX mail_arrivals_due ON mail_arrivals (due_at, id) WHERE state = 'waiting';
CREATE INDEX mail_arrivals_raw ON mail_arrivals (workspace_id, raw_hash);

-- What is known of a message when it came or goes as a mail. `head` and `failure` are sealed.
CREATE TABLE mails (
    message_id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    mailbox_id UUID REFERENCES mailboxes (id),
    direction TEXT NOT NULL,
    id_index BYTEA,
    head BYTEA NOT NULL,
    meta JSONB NOT NULL,
    raw_hash BYTEA,
    html_hash BYTEA,
    sent_at BIGINT,
    state TEXT,
    undo_until BIGINT,
    next_attempt_at BIGINT,
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    failure BYTEA,
    remaining BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX mails_by_conversation ON mails (conversation_id, created_at);
CREATE INDEX mails_by_id ON mails (workspace_id, id_index) WHERE id_index IS NOT NULL;
CREATE INDEX mails_due ON mails (mailbox_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX mails_raw ON mails (workspace_id, raw_hash) WHERE raw_hash IS NOT NULL;
CREATE INDEX mails_html ON mails (workspace_id, html_hash) WHERE html_hash IS NOT NULL;

CREATE TABLE mail_threads (
    conversation_id UUID PRIMARY KEY REFERENCES conversations (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    mailbox_id UUID REFERENCES mailboxes (id),
    subject TEXT NOT NULL,
    may_belong_to UUID REFERENCES conversations (id)
);

-- Who takes part, as keyed hashes of addresses.
CREATE TABLE mail_participants (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    address_index BYTEA NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (conversation_id, address_index)
);

-- The brake on automatic answers: who had one when, and how fast they write.
CREATE TABLE mail_senders (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    address_index BYTEA NOT NULL,
    answered_at BIGINT,
    window_from BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, address_index)
);
