-- Saved views are shared by a mark of their own, so that a shared one still tells who made it.
ALTER TABLE saved_views ADD COLUMN is_shared BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE saved_views ADD COLUMN sort TEXT NOT NULL DEFAULT 'recent';

-- Place in lists and forms. The label of a definition is a JSON document by language.
ALTER TABLE attribute_definitions ADD COLUMN position BIGINT NOT NULL DEFAULT 0;

-- `contacts.is_blocked` says whether an entry applies; it is kept in the transaction that
-- changes either, so that a visitor's message asks for nothing more.
ALTER TABLE blocks ADD COLUMN contact_id UUID REFERENCES contacts (id);
ALTER TABLE blocks ADD COLUMN expires_at BIGINT;
CREATE INDEX blocks_by_age ON blocks (workspace_id, created_at, id);
CREATE INDEX blocks_by_contact ON blocks (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX blocks_by_end ON blocks (expires_at) WHERE expires_at IS NOT NULL;

-- Where a browser was last seen, sealed: the only way to block an address nobody can read.
ALTER TABLE visitor_tokens ADD COLUMN address BYTEA;
