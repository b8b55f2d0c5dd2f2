-- Generated from the migrations by a test. Do not edit.

CREATE TABLE access_versions (
    workspace_id UUID PRIMARY KEY REFERENCES workspaces (id),
    value BIGINT NOT NULL
);

CREATE TABLE accounts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name BYTEA NOT NULL,
    attributes JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, tier BIGINT NOT NULL DEFAULT 0, dedicated_agent_id UUID);

CREATE INDEX accounts_by_workspace ON accounts (workspace_id, created_at);

CREATE TABLE agent_presences (
    agent_id UUID PRIMARY KEY REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    chosen TEXT NOT NULL,
    reason TEXT,
    effective TEXT NOT NULL,
    away_because TEXT,
    is_on_shift BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    -- Until when a connection is known to be open; renewed by the node that holds it.
    lease_until BIGINT,
    active_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX agent_presences_by_workspace ON agent_presences (workspace_id);

CREATE INDEX agent_presences_here ON agent_presences (effective, lease_until) WHERE effective <> 'offline';

CREATE TABLE agent_profiles (
    agent_id UUID PRIMARY KEY REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    skills JSONB NOT NULL,
    languages JSONB NOT NULL,
    capacity JSONB NOT NULL,
    calendar_id UUID,
    version BIGINT NOT NULL
);

CREATE INDEX agent_profiles_by_workspace ON agent_profiles (workspace_id);

CREATE TABLE agent_roles (
    agent_id UUID NOT NULL REFERENCES agents (id),
    role_id UUID NOT NULL REFERENCES roles (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (agent_id, role_id)
);

CREATE INDEX agent_roles_by_role ON agent_roles (role_id);

CREATE TABLE agents (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    email_index BYTEA NOT NULL,
    -- Looked up before the workspace is known, so keyed by the installation.
    login_index BYTEA NOT NULL,
    email BYTEA NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    locale TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    presence TEXT NOT NULL,
    preferences JSONB NOT NULL,
    password_hash TEXT,
    totp_secret BYTEA,
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, avatar_id UUID);

CREATE INDEX agents_by_login ON agents (login_index);

CREATE UNIQUE INDEX agents_email ON agents (workspace_id, email_index);

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

CREATE TABLE article_redirects (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    locale TEXT NOT NULL,
    slug TEXT NOT NULL,
    article_id UUID NOT NULL REFERENCES articles (id),
    PRIMARY KEY (workspace_id, locale, slug)
);

CREATE INDEX article_redirects_by_article ON article_redirects (article_id);

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

CREATE INDEX article_translations_due ON article_translations (publish_at) WHERE publish_at IS NOT NULL;

CREATE INDEX article_translations_live ON article_translations (workspace_id, locale)
    WHERE live_revision IS NOT NULL;

CREATE UNIQUE INDEX article_translations_slug ON article_translations (workspace_id, locale, slug);

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

CREATE INDEX articles_by_category ON articles (category_id) WHERE category_id IS NOT NULL;

CREATE INDEX articles_by_update ON articles (workspace_id, updated_at, id);

CREATE UNIQUE INDEX articles_source ON articles (workspace_id, source_id) WHERE source_id IS NOT NULL;

CREATE INDEX articles_to_review ON articles (review_by) WHERE review_by IS NOT NULL;

CREATE TABLE attachments (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID REFERENCES conversations (id),
    message_id UUID,
    uploaded_by TEXT NOT NULL,
    blob_hash BYTEA NOT NULL,
    thumbnail_hash BYTEA,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX attachments_by_blob ON attachments (workspace_id, blob_hash);

CREATE INDEX attachments_by_conversation ON attachments (conversation_id);

CREATE INDEX attachments_by_message ON attachments (message_id);

CREATE INDEX attachments_by_thumbnail ON attachments (workspace_id, thumbnail_hash) WHERE thumbnail_hash IS NOT NULL;

CREATE INDEX attachments_by_uploader ON attachments (workspace_id, uploaded_by, created_at);

CREATE INDEX attachments_unclaimed ON attachments (created_at) WHERE message_id IS NULL;

CREATE TABLE attribute_definitions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    options JSONB NOT NULL,
    is_personal BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, position BIGINT NOT NULL DEFAULT 0);

CREATE UNIQUE INDEX attribute_definitions_key ON attribute_definitions (workspace_id, subject, key);

CREATE TABLE audit_log (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- JSON, but as text: the chain covers its very bytes.
    detail TEXT NOT NULL,
    event_id UUID,
    request_id TEXT,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

CREATE TABLE automation_counters (
    rule_id UUID PRIMARY KEY REFERENCES automation_rules (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    hour BIGINT NOT NULL,
    hour_runs BIGINT NOT NULL,
    hour_unmatched BIGINT NOT NULL,
    day BIGINT NOT NULL,
    day_runs BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_run_at BIGINT
);

CREATE TABLE automation_rule_versions (
    rule_id UUID NOT NULL REFERENCES automation_rules (id),
    version BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    terms JSONB NOT NULL,
    author_id UUID REFERENCES agents (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (rule_id, version)
);

CREATE TABLE automation_rules (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    -- `event` or `time`, as in the terms.
    trigger_kind TEXT NOT NULL,
    terms JSONB NOT NULL,
    author_id UUID REFERENCES agents (id),
    paused_reason TEXT,
    paused_at BIGINT,
    -- Up to which moment, and which conversation of it, a rule by time has looked.
    swept_at BIGINT,
    swept_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX automation_rules_name ON automation_rules (workspace_id, name);

CREATE INDEX automation_rules_timed ON automation_rules (workspace_id, id)
    WHERE trigger_kind = 'time' AND is_enabled AND paused_reason IS NULL;

CREATE TABLE automation_runs (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    rule_id UUID NOT NULL REFERENCES automation_rules (id),
    rule_version BIGINT NOT NULL,
    conversation_id UUID NOT NULL,
    trigger_name TEXT NOT NULL,
    event_id UUID,
    -- The moment from which a rule by time counted.
    anchor_at BIGINT,
    chain JSONB NOT NULL,
    outcome TEXT NOT NULL,
    skip_reason TEXT,
    leaves JSONB NOT NULL,
    actions JSONB NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX automation_runs_conversation ON automation_runs (conversation_id, at, id);

CREATE UNIQUE INDEX automation_runs_event ON automation_runs (event_id, rule_id) WHERE event_id IS NOT NULL;

CREATE INDEX automation_runs_list ON automation_runs (rule_id, at, id);

CREATE UNIQUE INDEX automation_runs_moment ON automation_runs (rule_id, conversation_id, anchor_at)
    WHERE anchor_at IS NOT NULL;

CREATE INDEX automation_runs_old ON automation_runs (at);

CREATE INDEX automation_runs_outcome ON automation_runs (rule_id, outcome, at, id);

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

CREATE TABLE blocks (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    value_index BYTEA NOT NULL,
    value BYTEA NOT NULL,
    reason TEXT NOT NULL,
    created_by UUID,
    created_at BIGINT NOT NULL
, contact_id UUID REFERENCES contacts (id), expires_at BIGINT);

CREATE INDEX blocks_by_age ON blocks (workspace_id, created_at, id);

CREATE INDEX blocks_by_contact ON blocks (contact_id) WHERE contact_id IS NOT NULL;

CREATE INDEX blocks_by_end ON blocks (expires_at) WHERE expires_at IS NOT NULL;

CREATE UNIQUE INDEX blocks_value ON blocks (workspace_id, kind, value_index);

CREATE TABLE bot_codes (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    address_index BYTEA NOT NULL,
    sent_at BIGINT NOT NULL
);

CREATE INDEX bot_codes_by_address ON bot_codes (workspace_id, address_index, sent_at);

CREATE INDEX bot_codes_by_conversation ON bot_codes (conversation_id, sent_at);

CREATE INDEX bot_codes_by_time ON bot_codes (sent_at);

CREATE TABLE bot_flow_revisions (
    flow_id UUID NOT NULL REFERENCES bot_flows (id),
    revision BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    document JSONB NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (flow_id, revision)
);

CREATE TABLE bot_flow_steps (
    flow_id UUID NOT NULL REFERENCES bot_flows (id),
    step TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    entered BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    to_person BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (flow_id, step)
);

CREATE TABLE bot_flows (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    draft JSONB NOT NULL,
    published_revision BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX bot_flows_by_workspace ON bot_flows (workspace_id, created_at);

CREATE TABLE bot_opinions (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    shown BIGINT NOT NULL,
    good BIGINT NOT NULL,
    bad BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, bucket)
);

CREATE TABLE bot_runs (
    session_id UUID PRIMARY KEY REFERENCES sessions (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    -- Sealed: holds what customers wrote.
    memory BYTEA NOT NULL,
    -- Messages up to here were dealt with.
    seen_seq BIGINT NOT NULL,
    -- When a silent customer is taken to have left; none when the session is over.
    idle_at BIGINT,
    -- How it ended; none while it goes on.
    outcome TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL
);

CREATE INDEX bot_runs_idle ON bot_runs (idle_at) WHERE idle_at IS NOT NULL;

CREATE TABLE bot_secrets (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    value BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE bots (
    inbox_id UUID PRIMARY KEY REFERENCES inboxes (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    is_enabled BOOLEAN NOT NULL,
    settings JSONB NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX bots_by_workspace ON bots (workspace_id);

CREATE TABLE calendars (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    rules JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX calendars_name ON calendars (workspace_id, name);

CREATE TABLE case_alarms (
    case_id UUID NOT NULL REFERENCES cases (id),
    subject TEXT NOT NULL,
    moment TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    at BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (case_id, subject, moment)
);

CREATE INDEX case_alarms_due ON case_alarms (at) WHERE fired_at IS NULL;

CREATE TABLE case_answers (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    answers JSONB NOT NULL,
    personal BYTEA
);

CREATE TABLE case_broadcast_answers (
    broadcast_id UUID NOT NULL REFERENCES case_broadcasts (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (broadcast_id, case_id)
);

CREATE TABLE case_broadcasts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    client_id TEXT NOT NULL,
    words BYTEA NOT NULL,
    resolves BOOLEAN NOT NULL,
    made_by UUID NOT NULL REFERENCES agents (id),
    total BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);

CREATE UNIQUE INDEX case_broadcasts_client ON case_broadcasts (case_id, client_id);

CREATE INDEX case_broadcasts_open ON case_broadcasts (created_at) WHERE done_at IS NULL;

CREATE TABLE case_conversations (
    case_id UUID NOT NULL REFERENCES cases (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, conversation_id)
);

CREATE INDEX case_conversations_by_conversation ON case_conversations (conversation_id);

CREATE TABLE case_history (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    data JSONB NOT NULL,
    words BYTEA
);

CREATE INDEX case_history_by_case ON case_history (case_id, at, id);

CREATE TABLE case_index (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    term BYTEA NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    PRIMARY KEY (workspace_id, term, case_id)
);

CREATE INDEX case_index_by_case ON case_index (case_id);

CREATE TABLE case_links (
    from_id UUID NOT NULL REFERENCES cases (id),
    to_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (from_id, to_id, kind)
);

CREATE INDEX case_links_by_target ON case_links (to_id, kind);

CREATE TABLE case_merges (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    into_id UUID NOT NULL REFERENCES cases (id),
    from_id UUID NOT NULL REFERENCES cases (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    added_watcher_ids JSONB NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);

CREATE INDEX case_merges_by_target ON case_merges (into_id);

CREATE UNIQUE INDEX case_merges_in_force ON case_merges (from_id) WHERE undone_at IS NULL;

CREATE TABLE case_runs (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    run BYTEA NOT NULL,
    visit BIGINT,
    step TEXT,
    assignee JSONB,
    team_id UUID,
    taken_by UUID,
    due_at BIGINT,
    is_awaiting BOOLEAN NOT NULL
);

CREATE INDEX case_runs_awaiting ON case_runs (workspace_id, due_at) WHERE is_awaiting;

CREATE INDEX case_runs_by_team ON case_runs (team_id, due_at) WHERE team_id IS NOT NULL;

CREATE TABLE case_settings (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    document JSONB NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind)
);

CREATE TABLE case_task_times (
    task_id UUID NOT NULL REFERENCES case_tasks (id),
    team_id UUID NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    held_ms BIGINT NOT NULL,
    hops BIGINT NOT NULL,
    was_late BOOLEAN NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, team_id)
);

CREATE INDEX case_task_times_by_time ON case_task_times (workspace_id, answered_at);

CREATE TABLE case_tasks (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    asked_by UUID NOT NULL REFERENCES agents (id),
    words BYTEA NOT NULL,
    time_limit JSONB NOT NULL,
    ladder JSONB NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    round_from BIGINT NOT NULL,
    round BIGINT NOT NULL,
    status TEXT NOT NULL,
    rest_ms BIGINT,
    holds JSONB NOT NULL,
    team_id UUID NOT NULL REFERENCES teams (id),
    taken_by UUID,
    answered_at BIGINT,
    version BIGINT NOT NULL
);

CREATE INDEX case_tasks_by_asker ON case_tasks (asked_by, status, due_at, id);

CREATE INDEX case_tasks_by_case ON case_tasks (case_id, asked_at);

CREATE INDEX case_tasks_by_due ON case_tasks (workspace_id, status, due_at, id);

CREATE INDEX case_tasks_by_team ON case_tasks (team_id, status, due_at, id);

CREATE TABLE case_type_versions (
    type_id UUID NOT NULL REFERENCES case_types (id),
    number BIGINT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    terms JSONB NOT NULL,
    published_by UUID REFERENCES agents (id),
    published_at BIGINT NOT NULL,
    PRIMARY KEY (type_id, number)
);

CREATE TABLE case_types (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL,
    is_builtin BOOLEAN NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    place BIGINT NOT NULL,
    draft JSONB,
    version_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX case_types_key ON case_types (workspace_id, key);

CREATE TABLE case_watchers (
    agent_id UUID NOT NULL REFERENCES agents (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (agent_id, case_id)
);

CREATE INDEX case_watchers_by_case ON case_watchers (case_id);

CREATE TABLE cases (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    type_id UUID NOT NULL REFERENCES case_types (id),
    type_version BIGINT NOT NULL,
    is_complaint BOOLEAN NOT NULL,
    title BYTEA NOT NULL,
    contact_id UUID REFERENCES contacts (id),
    account_id UUID REFERENCES accounts (id),
    source TEXT NOT NULL,
    source_data JSONB NOT NULL,
    status TEXT NOT NULL,
    status_at BIGINT NOT NULL,
    status_by TEXT,
    grounds JSONB,
    label TEXT,
    priority TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES agents (id),
    asked_id UUID,
    ownership BYTEA NOT NULL,
    team_id UUID REFERENCES teams (id),
    watcher_ids JSONB NOT NULL,
    merged_into UUID REFERENCES cases (id),
    reopen_count BIGINT NOT NULL,
    due_rank BIGINT NOT NULL,
    due_subject TEXT,
    open_tasks BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX cases_asked ON cases (asked_id) WHERE asked_id IS NOT NULL;

CREATE INDEX cases_by_contact ON cases (contact_id, created_at) WHERE contact_id IS NOT NULL;

CREATE INDEX cases_by_creation ON cases (workspace_id, created_at);

CREATE INDEX cases_by_due ON cases (workspace_id, status, due_rank, id);

CREATE INDEX cases_by_owner ON cases (owner_id, status, due_rank, id);

CREATE INDEX cases_by_team ON cases (team_id, status, due_rank, id) WHERE team_id IS NOT NULL;

CREATE INDEX cases_by_type ON cases (type_id, created_at);

CREATE INDEX cases_by_update ON cases (workspace_id, status, updated_at, id);

CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;

CREATE UNIQUE INDEX cases_number ON cases (workspace_id, number);

CREATE TABLE complaints (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    phase TEXT NOT NULL,
    round BIGINT NOT NULL,
    severity TEXT NOT NULL,
    validity TEXT,
    cause TEXT,
    received_at BIGINT NOT NULL,
    acknowledge_by BIGINT NOT NULL,
    reply_by BIGINT NOT NULL,
    told_reply_by BIGINT,
    replied_at BIGINT,
    action_due_at BIGINT,
    record BYTEA NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX complaints_by_received ON complaints (workspace_id, received_at);

CREATE TABLE contact_identities (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL,
    external_index BYTEA NOT NULL,
    external_id BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX contact_identities_by_contact ON contact_identities (contact_id);

CREATE UNIQUE INDEX contact_identities_external ON contact_identities (inbox_id, external_index);

CREATE TABLE contact_index (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    term BYTEA NOT NULL,
    contact_id UUID NOT NULL,
    PRIMARY KEY (workspace_id, term, contact_id)
);

CREATE INDEX contact_index_by_contact ON contact_index (contact_id);

CREATE TABLE contact_notes (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    author_id UUID,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX contact_notes_by_contact ON contact_notes (contact_id, created_at);

CREATE TABLE contacts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_id UUID REFERENCES accounts (id),
    -- name, e-mail, phone and personal attributes, one sealed JSON document
    personal BYTEA NOT NULL,
    email_index BYTEA,
    phone_index BYTEA,
    locale TEXT NOT NULL,
    attributes JSONB NOT NULL,
    context JSONB NOT NULL,
    is_verified BOOLEAN NOT NULL,
    is_blocked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, tier BIGINT NOT NULL DEFAULT 0, dedicated_agent_id UUID);

CREATE INDEX contacts_by_account ON contacts (account_id) WHERE account_id IS NOT NULL;

CREATE INDEX contacts_by_email ON contacts (workspace_id, email_index);

CREATE INDEX contacts_by_phone ON contacts (workspace_id, phone_index);

CREATE INDEX contacts_by_workspace ON contacts (workspace_id, created_at);

CREATE TABLE conversation_counters (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    scope TEXT NOT NULL,
    scope_id UUID NOT NULL,
    status TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, scope_id, status)
);

CREATE TABLE conversation_followers (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (conversation_id, agent_id)
);

CREATE INDEX conversation_followers_by_agent ON conversation_followers (agent_id);

CREATE TABLE conversation_tags (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    tag_id UUID NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (conversation_id, tag_id)
);

CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag_id, conversation_id);

CREATE TABLE conversations (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    identity_id UUID NOT NULL REFERENCES contact_identities (id),
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    status_at BIGINT NOT NULL,
    status_by TEXT NOT NULL,
    snoozed_until BIGINT,
    handler TEXT NOT NULL,
    assignee_id UUID REFERENCES agents (id),
    team_id UUID REFERENCES teams (id),
    priority TEXT NOT NULL,
    tag_ids JSONB NOT NULL,
    session_id UUID,
    session_count BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_message JSONB,
    last_activity_at BIGINT NOT NULL,
    waiting_since BIGINT,
    unread_count BIGINT NOT NULL,
    contact_seen_seq BIGINT NOT NULL,
    agent_seen_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, next_due_at BIGINT, next_due_metric TEXT, is_breached BOOLEAN NOT NULL DEFAULT FALSE);

CREATE INDEX conversations_by_activity ON conversations (workspace_id, status, last_activity_at, id);

CREATE INDEX conversations_by_assignee ON conversations (assignee_id, status, last_activity_at, id) WHERE assignee_id IS NOT NULL;

CREATE INDEX conversations_by_assignee_due ON conversations (assignee_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;

CREATE INDEX conversations_by_assignee_waiting ON conversations (assignee_id, waiting_since, id) WHERE waiting_since IS NOT NULL;

CREATE INDEX conversations_by_contact ON conversations (contact_id);

CREATE INDEX conversations_by_due ON conversations (workspace_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;

CREATE INDEX conversations_by_inbox ON conversations (inbox_id, status, last_activity_at, id);

CREATE INDEX conversations_by_inbox_due ON conversations (inbox_id, status, next_due_at, id) WHERE next_due_at IS NOT NULL;

CREATE INDEX conversations_by_inbox_waiting ON conversations (inbox_id, waiting_since, id) WHERE waiting_since IS NOT NULL;

CREATE INDEX conversations_by_snooze ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE INDEX conversations_by_team ON conversations (team_id, status, last_activity_at, id) WHERE team_id IS NOT NULL;

CREATE INDEX conversations_by_waiting ON conversations (workspace_id, waiting_since, id) WHERE waiting_since IS NOT NULL;

CREATE UNIQUE INDEX conversations_identity ON conversations (inbox_id, identity_id) WHERE channel <> 'email';

CREATE UNIQUE INDEX conversations_number ON conversations (workspace_id, number);

CREATE INDEX conversations_unassigned ON conversations (inbox_id, status, last_activity_at, id) WHERE assignee_id IS NULL;

CREATE TABLE data_keys (
    workspace_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    number BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, purpose, number)
);

CREATE TABLE deadlines (
    session_id UUID NOT NULL REFERENCES sessions (id),
    metric TEXT NOT NULL,
    round BIGINT NOT NULL,
    moment TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    due_at BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (session_id, metric, round, moment)
);

CREATE INDEX deadlines_breached ON deadlines (workspace_id, fired_at)
    WHERE moment = 'breach' AND fired_at IS NOT NULL;

CREATE INDEX deadlines_due ON deadlines (due_at) WHERE fired_at IS NULL;

CREATE TABLE event_counters (
    workspace_id UUID PRIMARY KEY REFERENCES workspaces (id),
    seq BIGINT NOT NULL
);

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

CREATE INDEX events_by_aggregate ON events (aggregate_id, position);

CREATE UNIQUE INDEX events_seq ON events (workspace_id, seq) WHERE seq IS NOT NULL;

CREATE TABLE evidence (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    number BIGINT NOT NULL,
    attachment_id UUID,
    added_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    seal BYTEA NOT NULL
);

CREATE INDEX evidence_by_attachment ON evidence (attachment_id) WHERE attachment_id IS NOT NULL;

CREATE UNIQUE INDEX evidence_by_case ON evidence (case_id, number);

CREATE TABLE evidence_contents (
    evidence_id UUID PRIMARY KEY REFERENCES evidence (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    content BYTEA NOT NULL
);

CREATE TABLE evidence_heads (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    count BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE follow_ups (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    reason TEXT NOT NULL,
    score BIGINT,
    owner_id UUID NOT NULL REFERENCES agents (id),
    created_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    time_limit JSONB NOT NULL,
    ladder JSONB NOT NULL,
    attempts BIGINT NOT NULL,
    result TEXT,
    finished_at BIGINT,
    record BYTEA NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX follow_ups_by_case ON follow_ups (case_id, created_at);

CREATE INDEX follow_ups_by_owner ON follow_ups (owner_id, due_at) WHERE result IS NULL;

CREATE INDEX follow_ups_open ON follow_ups (workspace_id, due_at) WHERE result IS NULL;

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

CREATE TABLE idempotency_keys (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    body JSONB,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, principal, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE inbox_members (
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (inbox_id, agent_id)
);

CREATE INDEX inbox_members_by_agent ON inbox_members (agent_id);

CREATE TABLE inbox_secrets (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    key_id TEXT NOT NULL,
    secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);

CREATE UNIQUE INDEX inbox_secrets_key_id ON inbox_secrets (inbox_id, key_id);

CREATE TABLE inboxes (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    allowed_domains JSONB NOT NULL,
    settings JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, routing JSONB NOT NULL DEFAULT '{}');

CREATE UNIQUE INDEX inboxes_key ON inboxes (key);

CREATE UNIQUE INDEX inboxes_number ON inboxes (workspace_id, number);

CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    token_hash BYTEA NOT NULL,
    email BYTEA NOT NULL,
    email_index BYTEA NOT NULL,
    name TEXT,
    role_ids JSONB NOT NULL,
    team_ids JSONB NOT NULL,
    inbox_ids JSONB NOT NULL,
    invited_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at BIGINT
);

CREATE INDEX invitations_by_workspace ON invitations (workspace_id, created_at);

CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);

CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    workspace_id UUID REFERENCES workspaces (id),
    name TEXT NOT NULL,
    arguments JSONB NOT NULL,
    -- Enqueuing the same key twice while it waits makes one job.
    unique_key TEXT,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    lease_until BIGINT,
    last_error TEXT,
    cause_id UUID,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE INDEX jobs_by_state ON jobs (workspace_id, state, created_at);

CREATE INDEX jobs_done ON jobs (finished_at) WHERE state = 'done';

CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';

CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';

CREATE UNIQUE INDEX jobs_unique_key ON jobs (name, unique_key) WHERE unique_key IS NOT NULL AND state = 'waiting';

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

CREATE TABLE knowledge_states (
    workspace_id UUID PRIMARY KEY REFERENCES workspaces (id),
    revision BIGINT NOT NULL
);

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    fence BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE login_failures (
    key_hash BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL,
    locked_until BIGINT
);

CREATE TABLE login_sessions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    token_hash BYTEA NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX login_sessions_by_agent ON login_sessions (agent_id, created_at);

CREATE UNIQUE INDEX login_sessions_token ON login_sessions (token_hash);

CREATE TABLE macros (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID REFERENCES agents (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    actions JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX macros_workspace ON macros (workspace_id, created_at);

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

CREATE INDEX mail_arrivals_due ON mail_arrivals (due_at, id) WHERE state = 'waiting';

CREATE UNIQUE INDEX mail_arrivals_fingerprint ON mail_arrivals (mailbox_id, fingerprint) WHERE fingerprint IS NOT NULL;

CREATE INDEX mail_arrivals_raw ON mail_arrivals (workspace_id, raw_hash);

CREATE UNIQUE INDEX mail_arrivals_uid ON mail_arrivals (mailbox_id, uid_validity, uid);

CREATE TABLE mail_participants (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    address_index BYTEA NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (conversation_id, address_index)
);

CREATE TABLE mail_picture_senders (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    address_index BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, address_index)
);

CREATE TABLE mail_senders (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    address_index BYTEA NOT NULL,
    answered_at BIGINT,
    window_from BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, address_index)
);

CREATE TABLE mail_threads (
    conversation_id UUID PRIMARY KEY REFERENCES conversations (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    mailbox_id UUID REFERENCES mailboxes (id),
    subject TEXT NOT NULL,
    may_belong_to UUID REFERENCES conversations (id)
);

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

CREATE INDEX mails_html ON mails (workspace_id, html_hash) WHERE html_hash IS NOT NULL;

CREATE INDEX mails_raw ON mails (workspace_id, raw_hash) WHERE raw_hash IS NOT NULL;

CREATE TABLE mentions (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    message_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (message_id, agent_id)
);

CREATE INDEX mentions_by_agent ON mentions (agent_id, created_at);

CREATE TABLE message_drafts (
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, agent_id, kind)
);

CREATE VIRTUAL TABLE message_index USING fts5 (
    scope, body, content = '', contentless_delete = 1,
    tokenize = 'ascii', detail = full
);

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

CREATE UNIQUE INDEX messages_client ON messages (conversation_id, author_kind, client_id) WHERE client_id IS NOT NULL;

CREATE UNIQUE INDEX messages_id ON messages (id);

CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);

CREATE TABLE number_counters (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE password_resets (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE INDEX password_resets_by_agent ON password_resets (agent_id);

CREATE UNIQUE INDEX password_resets_token ON password_resets (token_hash);

CREATE TABLE phrases (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID REFERENCES agents (id),
    shortcut TEXT NOT NULL,
    title TEXT NOT NULL,
    situation TEXT NOT NULL,
    locale TEXT NOT NULL,
    text TEXT NOT NULL,
    use_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX phrases_by_workspace ON phrases (workspace_id, shortcut);

CREATE TABLE promises (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    session_id UUID,
    contact_id UUID NOT NULL REFERENCES contacts (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    phone BYTEA,
    due_at BIGINT NOT NULL,
    owner_id UUID REFERENCES agents (id),
    status TEXT NOT NULL,
    reason TEXT,
    made_by TEXT NOT NULL,
    kept_at BIGINT,
    broken_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, remind_at BIGINT);

CREATE INDEX promises_by_conversation ON promises (conversation_id, due_at, id);

CREATE INDEX promises_by_owner ON promises (owner_id, status, due_at, id) WHERE owner_id IS NOT NULL;

CREATE INDEX promises_by_status ON promises (workspace_id, status, due_at, id);

CREATE INDEX promises_by_workspace ON promises (workspace_id, due_at, id);

CREATE INDEX promises_due ON promises (due_at) WHERE status = 'open';

CREATE INDEX promises_to_remind ON promises (remind_at) WHERE remind_at IS NOT NULL AND status = 'open';

CREATE TABLE queue_items (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    session_id UUID NOT NULL REFERENCES sessions (id),
    queue_id UUID NOT NULL REFERENCES queues (id),
    item JSONB NOT NULL,
    standing JSONB NOT NULL,
    note TEXT,
    state TEXT NOT NULL,
    agent_id UUID,
    line_rank BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    due_at BIGINT,
    assigned_at BIGINT,
    ended_at BIGINT,
    outcome TEXT,
    promise_id UUID,
    decline_reason TEXT,
    version BIGINT NOT NULL
);

CREATE INDEX queue_items_by_agent ON queue_items (agent_id) WHERE ended_at IS NULL AND agent_id IS NOT NULL;

CREATE INDEX queue_items_by_conversation ON queue_items (conversation_id, entered_at);

CREATE INDEX queue_items_by_entry ON queue_items (workspace_id, entered_at);

CREATE INDEX queue_items_line ON queue_items (queue_id, line_rank, id) WHERE state = 'waiting';

CREATE INDEX queue_items_open ON queue_items (workspace_id, state) WHERE ended_at IS NULL;

CREATE UNIQUE INDEX queue_items_session ON queue_items (session_id) WHERE ended_at IS NULL;

CREATE TABLE queues (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    policy JSONB NOT NULL,
    calendar_id UUID,
    out_of_hours JSONB NOT NULL,
    service_times JSONB NOT NULL,
    place BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX queues_name ON queues (workspace_id, name);

CREATE TABLE reactor_cursors (
    name TEXT NOT NULL,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    seq BIGINT NOT NULL,
    PRIMARY KEY (name, workspace_id)
);

CREATE TABLE recoveries (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    place BIGINT NOT NULL,
    gesture TEXT NOT NULL,
    gesture_kind TEXT NOT NULL,
    team_id UUID,
    minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    reason BYTEA NOT NULL,
    asked_by UUID NOT NULL REFERENCES agents (id),
    asked_at BIGINT NOT NULL,
    own_limit BIGINT NOT NULL,
    status TEXT NOT NULL,
    state JSONB NOT NULL,
    budget_scope UUID NOT NULL,
    budget_period TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX recoveries_by_case ON recoveries (case_id, place);

CREATE INDEX recoveries_by_period ON recoveries (workspace_id, asked_at);

CREATE INDEX recoveries_pending ON recoveries (workspace_id, asked_at) WHERE status = 'pending';

CREATE TABLE recovery_budgets (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    scope UUID NOT NULL,
    period TEXT NOT NULL,
    currency TEXT NOT NULL,
    spent BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, period)
);

CREATE TABLE recovery_codes (
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (agent_id, code_hash)
);

CREATE TABLE risk_warnings (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts JSONB NOT NULL,
    people JSONB NOT NULL,
    plan JSONB NOT NULL,
    opened_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by UUID,
    note TEXT,
    version BIGINT NOT NULL
);

CREATE INDEX risk_warnings_by_time ON risk_warnings (workspace_id, opened_at);

CREATE UNIQUE INDEX risk_warnings_open ON risk_warnings (workspace_id, kind, subject) WHERE closed_at IS NULL;

CREATE TABLE roles (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    builtin TEXT,
    grants JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX roles_name ON roles (workspace_id, name);

CREATE TABLE routing_decisions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    queue_item_id UUID NOT NULL REFERENCES queue_items (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    queue_id UUID NOT NULL REFERENCES queues (id),
    mode JSONB NOT NULL,
    explanation JSONB NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX routing_decisions_by_conversation ON routing_decisions (conversation_id, at);

CREATE TABLE saved_views (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID REFERENCES agents (id),
    name TEXT NOT NULL,
    filter JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, is_shared BOOLEAN NOT NULL DEFAULT FALSE, sort TEXT NOT NULL DEFAULT 'recent');

CREATE INDEX saved_views_by_workspace ON saved_views (workspace_id, agent_id);

CREATE TABLE scheduled_message_attachments (
    attachment_id UUID PRIMARY KEY REFERENCES attachments (id),
    scheduled_message_id UUID NOT NULL REFERENCES scheduled_messages (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id)
);

CREATE INDEX scheduled_message_attachments_by_message ON scheduled_message_attachments (scheduled_message_id);

CREATE TABLE scheduled_messages (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    author_id UUID NOT NULL REFERENCES agents (id),
    client_id TEXT NOT NULL,
    text TEXT NOT NULL,
    attachment_ids JSONB NOT NULL,
    send_at BIGINT NOT NULL,
    cancel_on_reply BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    message_id UUID,
    finished_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, addressing BYTEA);

CREATE UNIQUE INDEX scheduled_messages_client_id ON scheduled_messages (conversation_id, author_id, client_id);

CREATE INDEX scheduled_messages_due ON scheduled_messages (send_at) WHERE status = 'waiting';

CREATE INDEX scheduled_messages_finished ON scheduled_messages (conversation_id, finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX scheduled_messages_waiting ON scheduled_messages (conversation_id, send_at) WHERE status = 'waiting';

CREATE TABLE schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE TABLE service_notices (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    conversation_id UUID REFERENCES conversations (id),
    case_id UUID REFERENCES cases (id),
    message_id UUID,
    client_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    rating JSONB NOT NULL,
    words BYTEA NOT NULL,
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    means TEXT,
    note BYTEA
);

CREATE INDEX service_notices_by_case ON service_notices (case_id, created_at) WHERE case_id IS NOT NULL;

CREATE INDEX service_notices_by_contact ON service_notices (contact_id, created_at);

CREATE INDEX service_notices_by_conversation ON service_notices (conversation_id, created_at) WHERE conversation_id IS NOT NULL;

CREATE INDEX service_notices_by_time ON service_notices (workspace_id, created_at);

CREATE UNIQUE INDEX service_notices_client ON service_notices (workspace_id, made_by, client_id);

CREATE TABLE session_clocks (
    session_id UUID PRIMARY KEY REFERENCES sessions (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    standard_id UUID,
    clock JSONB NOT NULL,
    visits JSONB NOT NULL,
    repeats BIGINT NOT NULL,
    has_left BOOLEAN NOT NULL,
    wakes_at BIGINT,
    version BIGINT NOT NULL
, calendar_id UUID);

CREATE INDEX session_clocks_by_wake ON session_clocks (wakes_at) WHERE wakes_at IS NOT NULL;

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    contact_id UUID NOT NULL REFERENCES contacts (id),
    number BIGINT NOT NULL,
    step TEXT NOT NULL,
    step_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    first_response_at BIGINT,
    first_response_by UUID,
    first_response_due_at BIGINT,
    resolved_at BIGINT,
    resolved_by TEXT,
    assignee_id UUID,
    contact_messages BIGINT NOT NULL,
    agent_messages BIGINT NOT NULL,
    rating JSONB,
    rated_at BIGINT,
    version BIGINT NOT NULL
, rating_asked_at BIGINT, stage TEXT, language TEXT, topic_id UUID);

CREATE INDEX sessions_by_contact ON sessions (contact_id, opened_at);

CREATE INDEX sessions_by_inbox ON sessions (inbox_id, opened_at);

CREATE INDEX sessions_by_opening ON sessions (workspace_id, opened_at);

CREATE INDEX sessions_by_rating ON sessions (workspace_id, rated_at) WHERE rated_at IS NOT NULL;

CREATE INDEX sessions_by_resolution ON sessions (workspace_id, resolved_at, conversation_id) WHERE resolved_at IS NOT NULL;

CREATE UNIQUE INDEX sessions_number ON sessions (conversation_id, number);

CREATE UNIQUE INDEX sessions_open ON sessions (conversation_id) WHERE resolved_at IS NULL;

CREATE TABLE skills (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX skills_name ON skills (workspace_id, name);

CREATE TABLE solution_contacts (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    means TEXT NOT NULL,
    answer TEXT NOT NULL,
    note BYTEA NOT NULL
);

CREATE INDEX solution_contacts_by_case ON solution_contacts (case_id, at);

CREATE TABLE standards (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    place BIGINT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    calendar_id UUID REFERENCES calendars (id),
    terms JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX standards_by_calendar ON standards (calendar_id) WHERE calendar_id IS NOT NULL;

CREATE UNIQUE INDEX standards_name ON standards (workspace_id, name);

CREATE TABLE synonyms (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    words JSONB NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX synonyms_by_workspace ON synonyms (workspace_id);

CREATE TABLE tags (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name);

CREATE TABLE team_members (
    team_id UUID NOT NULL REFERENCES teams (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    PRIMARY KEY (team_id, agent_id)
);

CREATE INDEX team_members_by_agent ON team_members (agent_id);

CREATE TABLE teams (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
, calendar_id UUID);

CREATE UNIQUE INDEX teams_name ON teams (workspace_id, name);

CREATE TABLE tokens (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID REFERENCES agents (id),
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    hint TEXT NOT NULL,
    scopes JSONB NOT NULL,
    created_by UUID,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT,
    revoked_at BIGINT
);

CREATE INDEX tokens_by_agent ON tokens (workspace_id, agent_id);

CREATE UNIQUE INDEX tokens_hash ON tokens (token_hash);

CREATE TABLE visitor_tokens (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    inbox_id UUID NOT NULL REFERENCES inboxes (id),
    identity_id UUID NOT NULL REFERENCES contact_identities (id),
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
, address BYTEA);

CREATE INDEX visitor_tokens_by_identity ON visitor_tokens (identity_id);

CREATE UNIQUE INDEX visitor_tokens_hash ON visitor_tokens (token_hash);

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

CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (webhook_id, event_seq) WHERE event_seq IS NOT NULL;

CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, created_at, id) WHERE state = 'failed';

CREATE INDEX webhook_deliveries_list ON webhook_deliveries (webhook_id, created_at, id);

CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, next_at, id) WHERE state = 'waiting';

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

CREATE UNIQUE INDEX webhooks_channel ON webhooks (inbox_id) WHERE purpose = 'channel';

CREATE INDEX webhooks_due ON webhooks (next_due_at) WHERE next_due_at IS NOT NULL AND disabled_reason IS NULL;

CREATE INDEX webhooks_workspace ON webhooks (workspace_id, created_at);

CREATE TABLE workspaces (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    settings JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug);
