-- What a help centre looks like, in which languages it speaks, and where it is found besides.
CREATE TABLE help_centres (
    workspace_id UUID PRIMARY KEY REFERENCES workspaces (id),
    name JSONB NOT NULL,
    colour TEXT,
    logo_id UUID,
    locales JSONB NOT NULL,
    domain TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX help_centres_domain ON help_centres (domain) WHERE domain IS NOT NULL;

-- Pictures and files of articles. Served without credentials, so the id is 128 random bits.
CREATE TABLE article_files (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    blob_hash BYTEA NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX article_files_by_blob ON article_files (workspace_id, blob_hash);

-- Words of the company: what to call a thing, how to explain it, what to avoid.
CREATE TABLE glossary_terms (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    locale TEXT NOT NULL,
    term TEXT NOT NULL,
    preferred TEXT NOT NULL,
    explanation TEXT NOT NULL,
    avoid JSONB NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX glossary_terms_term ON glossary_terms (workspace_id, locale, term);
