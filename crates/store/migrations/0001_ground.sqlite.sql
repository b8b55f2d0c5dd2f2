-- Tables whose key is a number given by the database, and the full-text index.

CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    conversation_id BLOB NOT NULL REFERENCES conversations (id),
    session_id BLOB NOT NULL REFERENCES sessions (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id BLOB,
    text TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to_id BLOB,
    client_id TEXT,
    external_id TEXT,
    delivery TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    recalled_at INTEGER,
    revision INTEGER NOT NULL
);
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);
CREATE UNIQUE INDEX messages_client ON messages (conversation_id, author_kind, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    seq INTEGER,
    aggregate_kind TEXT NOT NULL,
    aggregate_id BLOB NOT NULL,
    actor TEXT NOT NULL,
    causes TEXT NOT NULL,
    request_id TEXT,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE UNIQUE INDEX events_seq ON events (workspace_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_by_aggregate ON events (aggregate_id, position);

-- Contentless: the text lives in `messages`; rowid = messages.position.
-- Column `scope` holds one term for the workspace and one for the inbox, so that the
-- permission filter is part of the index query. The terms are cut by us; to the tokenizer
-- everything beyond ASCII is a letter, whatever Unicode it knows.
CREATE VIRTUAL TABLE message_index USING fts5 (
    scope, body, content = '', contentless_delete = 1,
    tokenize = 'ascii', detail = full
);
