-- To whom a message that is sent later goes as a mail, if its author said so. Sealed.
ALTER TABLE scheduled_messages ADD COLUMN addressing BYTEA;

-- Senders whose pictures on servers of others are shown without asking, as keyed hashes of
-- their addresses.
CREATE TABLE mail_picture_senders (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    address_index BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, address_index)
);
