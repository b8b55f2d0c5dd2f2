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
    reminded_for BIGINT,
    source_id TEXT,
    merged_into UUID REFERENCES articles (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX articles_by_update ON articles (workspace_id, updated_at, id);
CREATE UNIQUE INDEX articles_source ON articles (workspace_id, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX articles_to_review ON articles (review_by) WHERE review_by IS NOT NULL;
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
    publish_at BIGINT,
    publish_by TEXT,
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

CREATE INDEX article_translations_due ON article_translations (publish_at) WHERE publish_at IS NOT NULL;

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

-- Questions that articles leave open, those that ask the same as one.
CREATE TABLE knowledge_gaps (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    locale TEXT NOT NULL,
    question TEXT NOT NULL,
    examples JSONB NOT NULL,
    state TEXT NOT NULL,
    number BIGINT NOT NULL,
    unfound BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    contacts BIGINT NOT NULL,
    rated BIGINT NOT NULL,
    article_id UUID REFERENCES articles (id),
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX knowledge_gaps_by_number ON knowledge_gaps (workspace_id, state, number, id);
CREATE INDEX knowledge_gaps_recent ON knowledge_gaps (workspace_id, locale, last_at);

-- What readers looked for, without personal data, and what became of it.
CREATE TABLE article_questions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    place TEXT NOT NULL,
    locale TEXT NOT NULL,
    text TEXT NOT NULL,
    results BIGINT NOT NULL,
    article_id UUID REFERENCES articles (id),
    is_helpful BOOLEAN,
    is_contact BOOLEAN NOT NULL,
    is_waiting BOOLEAN NOT NULL,
    gap_id UUID REFERENCES knowledge_gaps (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX article_questions_by_time ON article_questions (workspace_id, created_at);
CREATE INDEX article_questions_waiting ON article_questions (workspace_id) WHERE is_waiting;

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
