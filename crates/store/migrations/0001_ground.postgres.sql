-- Tables whose key is a number given by the database, and the full-text index.

CREATE TABLE messages (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    session_id UUID NOT NULL REFERENCES sessions (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id UUID,
    text TEXT NOT NULL,
    content JSONB NOT NULL,
    reply_to_id UUID,
    client_id TEXT,
    external_id TEXT,
    delivery TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    recalled_at BIGINT,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);
CREATE UNIQUE INDEX messages_client ON messages (conversation_id, author_kind, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE events (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id UUID NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    seq BIGINT,
    aggregate_kind TEXT NOT NULL,
    aggregate_id UUID NOT NULL,
    actor TEXT NOT NULL,
    causes JSONB NOT NULL,
    request_id TEXT,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    payload JSONB NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX events_seq ON events (workspace_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unpublished ON events (position) WHERE seq IS NULL;
CREATE INDEX events_by_aggregate ON events (aggregate_id, position);

-- The lexemes are written by us, with positions; PostgreSQL parses no text.
CREATE TABLE message_index (
    position BIGINT PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    inbox_id UUID NOT NULL,
    lexemes TSVECTOR NOT NULL
);
CREATE INDEX message_index_lexemes ON message_index USING GIN (lexemes) WITH (fastupdate = off);
