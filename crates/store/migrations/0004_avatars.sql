-- Pictures of agents and inboxes. Served without credentials, so the id is 128 random bits.
CREATE TABLE avatars (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    blob_hash BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Nobody shows it any more; row and bytes are cleared away.
    retired_at BIGINT
);
CREATE INDEX avatars_by_blob ON avatars (workspace_id, blob_hash);
CREATE INDEX avatars_retired ON avatars (retired_at) WHERE retired_at IS NOT NULL;

-- What agents showed before was a file like any other, and customers could not see it.
ALTER TABLE agents ADD COLUMN avatar_id UUID;
ALTER TABLE agents DROP COLUMN avatar_attachment_id;
