-- Knowledge: articles in several languages with their versions, categories, synonyms.

-- Two deep at most, which the program sees to.
CREATE TABLE article_categories (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    parent_id UUID REFERENCES article_categories (id),
    slug TEXT NOT NULL,
    name JSONB NOT NULL,
    description JSONB NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX article_categories_slug ON article_categories (workspace_id, slug);

CREATE TABLE articles (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    category_id UUID REFERENCES article_categories (id),
    audience TEXT NOT NULL,
    source TEXT NOT NULL,
    tags JSONB NOT NULL,
    owner_id UUID REFERENCES agents (id),
    review_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX articles_by_update ON articles (workspace_id, updated_at, id);
CREATE INDEX articles_by_category ON articles (category_id) WHERE category_id IS NOT NULL;

-- One language of an article: its newest text, and beside it the one readers see.
CREATE TABLE article_translations (
    article_id UUID NOT NULL REFERENCES articles (id),
    locale TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    revision BIGINT NOT NULL,
    status TEXT NOT NULL,
    status_by TEXT,
    status_at BIGINT,
    live_revision BIGINT,
    live_title TEXT,
    live_summary TEXT,
    live_body TEXT,
    live_at BIGINT,
    based_on BIGINT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    helpful BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (article_id, locale)
);
CREATE UNIQUE INDEX article_translations_slug ON article_translations (workspace_id, locale, slug);
CREATE INDEX article_translations_live ON article_translations (workspace_id, locale)
    WHERE live_revision IS NOT NULL;

-- Every text there ever was; none is changed.
CREATE TABLE article_revisions (
    article_id UUID NOT NULL REFERENCES articles (id),
    locale TEXT NOT NULL,
    number BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (article_id, locale, number)
);
CREATE INDEX article_revisions_by_workspace ON article_revisions (workspace_id);

-- Addresses that an article had while it was published.
CREATE TABLE article_redirects (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    article_id UUID NOT NULL REFERENCES articles (id),
    PRIMARY KEY (workspace_id, locale, slug)
);
CREATE INDEX article_redirects_by_article ON article_redirects (article_id);

CREATE TABLE article_feedback (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    article_id UUID NOT NULL REFERENCES articles (id),
    locale TEXT NOT NULL,
    revision BIGINT NOT NULL,
    is_helpful BOOLEAN NOT NULL,
    comment TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX article_feedback_by_article ON article_feedback (article_id, created_at, id);
CREATE INDEX article_feedback_by_workspace ON article_feedback (workspace_id);

CREATE TABLE synonyms (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    words JSONB NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX synonyms_by_workspace ON synonyms (workspace_id);

-- Rises with whatever a search could find differently, so that an index in memory knows
-- when it is old.
CREATE TABLE knowledge_states (
    workspace_id UUID PRIMARY KEY REFERENCES workspaces (id),
    revision BIGINT NOT NULL
);
