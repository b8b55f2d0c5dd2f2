-- Generated from the migrations by a test. Do not edit.

TABLE access_versions
    workspace_id uuid NOT NULL
    value bigint NOT NULL

TABLE accounts
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name bytea NOT NULL
    attributes jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    tier bigint NOT NULL DEFAULT 0
    dedicated_agent_id uuid

TABLE agent_presences
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL
    chosen text NOT NULL
    reason text
    effective text NOT NULL
    away_because text
    is_on_shift boolean NOT NULL
    since bigint NOT NULL
    lease_until bigint
    active_at bigint NOT NULL
    set_by text NOT NULL
    version bigint NOT NULL

TABLE agent_profiles
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL
    skills jsonb NOT NULL
    languages jsonb NOT NULL
    capacity jsonb NOT NULL
    calendar_id uuid
    version bigint NOT NULL

TABLE agent_roles
    agent_id uuid NOT NULL
    role_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE agents
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    email_index bytea NOT NULL
    login_index bytea NOT NULL
    email bytea NOT NULL
    name text NOT NULL
    display_name text NOT NULL
    locale text NOT NULL
    is_active boolean NOT NULL
    presence text NOT NULL
    preferences jsonb NOT NULL
    password_hash text
    totp_secret bytea
    totp_confirmed_at bigint
    totp_last_step bigint
    created_at bigint NOT NULL
    version bigint NOT NULL
    avatar_id uuid

TABLE article_categories
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    parent_id uuid
    slug text NOT NULL
    name jsonb NOT NULL
    description jsonb NOT NULL
    position bigint NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE article_feedback
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    article_id uuid NOT NULL
    locale text NOT NULL
    revision bigint NOT NULL
    is_helpful boolean NOT NULL
    comment text
    created_at bigint NOT NULL

TABLE article_files
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    blob_hash bytea NOT NULL
    name text NOT NULL
    media_type text NOT NULL
    size_bytes bigint NOT NULL
    width bigint
    height bigint
    created_at bigint NOT NULL

TABLE article_questions
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    place text NOT NULL
    locale text NOT NULL
    text text NOT NULL
    results bigint NOT NULL
    article_id uuid
    is_helpful boolean
    is_contact boolean NOT NULL
    is_waiting boolean NOT NULL
    gap_id uuid
    created_at bigint NOT NULL

TABLE article_redirects
    workspace_id uuid NOT NULL
    locale text NOT NULL
    slug text NOT NULL
    article_id uuid NOT NULL

TABLE article_revisions
    article_id uuid NOT NULL
    locale text NOT NULL
    number bigint NOT NULL
    workspace_id uuid NOT NULL
    title text NOT NULL
    summary text NOT NULL
    body text NOT NULL
    written_by text NOT NULL
    written_at bigint NOT NULL

TABLE article_translations
    article_id uuid NOT NULL
    locale text NOT NULL
    workspace_id uuid NOT NULL
    slug text NOT NULL
    title text NOT NULL
    summary text NOT NULL
    body text NOT NULL
    revision bigint NOT NULL
    status text NOT NULL
    status_by text
    status_at bigint
    live_revision bigint
    live_title text
    live_summary text
    live_body text
    live_at bigint
    publish_at bigint
    publish_by text
    based_on bigint
    updated_at bigint NOT NULL
    updated_by text NOT NULL
    helpful bigint NOT NULL
    unhelpful bigint NOT NULL
    version bigint NOT NULL

TABLE articles
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    category_id uuid
    audience text NOT NULL
    source text NOT NULL
    tags jsonb NOT NULL
    owner_id uuid
    review_by bigint
    reminded_for bigint
    source_id text
    merged_into uuid
    created_at bigint NOT NULL
    updated_at bigint NOT NULL
    version bigint NOT NULL

TABLE attachments
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid
    message_id uuid
    uploaded_by text NOT NULL
    blob_hash bytea NOT NULL
    thumbnail_hash bytea
    name text NOT NULL
    media_type text NOT NULL
    size_bytes bigint NOT NULL
    width bigint
    height bigint
    created_at bigint NOT NULL

TABLE attribute_definitions
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    subject text NOT NULL
    key text NOT NULL
    label text NOT NULL
    kind text NOT NULL
    options jsonb NOT NULL
    is_personal boolean NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    position bigint NOT NULL DEFAULT 0

TABLE audit_log
    workspace_id uuid NOT NULL
    number bigint NOT NULL
    at bigint NOT NULL
    actor text NOT NULL
    action text NOT NULL
    subject text NOT NULL
    detail text NOT NULL
    event_id uuid
    request_id text
    previous_hash bytea NOT NULL
    hash bytea NOT NULL

TABLE automation_counters
    rule_id uuid NOT NULL
    workspace_id uuid NOT NULL
    hour bigint NOT NULL
    hour_runs bigint NOT NULL
    hour_unmatched bigint NOT NULL
    day bigint NOT NULL
    day_runs bigint NOT NULL
    failures bigint NOT NULL
    last_run_at bigint

TABLE automation_rule_versions
    rule_id uuid NOT NULL
    version bigint NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    is_enabled boolean NOT NULL
    terms jsonb NOT NULL
    author_id uuid
    at bigint NOT NULL

TABLE automation_rules
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    place bigint NOT NULL
    is_enabled boolean NOT NULL
    trigger_kind text NOT NULL
    terms jsonb NOT NULL
    author_id uuid
    paused_reason text
    paused_at bigint
    swept_at bigint
    swept_id uuid
    created_at bigint NOT NULL
    updated_at bigint NOT NULL
    version bigint NOT NULL

TABLE automation_runs
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    rule_id uuid NOT NULL
    rule_version bigint NOT NULL
    conversation_id uuid NOT NULL
    trigger_name text NOT NULL
    event_id uuid
    anchor_at bigint
    chain jsonb NOT NULL
    outcome text NOT NULL
    skip_reason text
    leaves jsonb NOT NULL
    actions jsonb NOT NULL
    at bigint NOT NULL

TABLE avatars
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    blob_hash bytea NOT NULL
    media_type text NOT NULL
    created_at bigint NOT NULL
    retired_at bigint

TABLE blocks
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    kind text NOT NULL
    value_index bytea NOT NULL
    value bytea NOT NULL
    reason text NOT NULL
    created_by uuid
    created_at bigint NOT NULL
    contact_id uuid
    expires_at bigint

TABLE bot_codes
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    address_index bytea NOT NULL
    sent_at bigint NOT NULL

TABLE bot_flow_revisions
    flow_id uuid NOT NULL
    revision bigint NOT NULL
    workspace_id uuid NOT NULL
    document jsonb NOT NULL
    published_at bigint NOT NULL
    published_by text NOT NULL

TABLE bot_flow_steps
    flow_id uuid NOT NULL
    step text NOT NULL
    workspace_id uuid NOT NULL
    entered bigint NOT NULL
    passed bigint NOT NULL
    to_person bigint NOT NULL
    ended bigint NOT NULL

TABLE bot_flows
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    draft jsonb NOT NULL
    published_revision bigint
    created_at bigint NOT NULL
    updated_at bigint NOT NULL
    version bigint NOT NULL

TABLE bot_opinions
    workspace_id uuid NOT NULL
    kind text NOT NULL
    bucket bigint NOT NULL
    shown bigint NOT NULL
    good bigint NOT NULL
    bad bigint NOT NULL

TABLE bot_runs
    session_id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    memory bytea NOT NULL
    seen_seq bigint NOT NULL
    idle_at bigint
    outcome text
    started_at bigint NOT NULL
    ended_at bigint
    version bigint NOT NULL

TABLE bot_secrets
    workspace_id uuid NOT NULL
    name text NOT NULL
    value bytea NOT NULL
    updated_at bigint NOT NULL

TABLE bots
    inbox_id uuid NOT NULL
    workspace_id uuid NOT NULL
    is_enabled boolean NOT NULL
    settings jsonb NOT NULL
    version bigint NOT NULL

TABLE calendars
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    rules jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE case_alarms
    case_id uuid NOT NULL
    subject text NOT NULL
    moment text NOT NULL
    workspace_id uuid NOT NULL
    at bigint NOT NULL
    fired_at bigint

TABLE case_answers
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL
    answers jsonb NOT NULL
    personal bytea

TABLE case_broadcast_answers
    broadcast_id uuid NOT NULL
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL
    outcome text NOT NULL
    at bigint NOT NULL

TABLE case_broadcasts
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    client_id text NOT NULL
    words bytea NOT NULL
    resolves boolean NOT NULL
    made_by uuid NOT NULL
    total bigint NOT NULL
    created_at bigint NOT NULL
    done_at bigint

TABLE case_conversations
    case_id uuid NOT NULL
    conversation_id uuid NOT NULL
    workspace_id uuid NOT NULL
    made_by text NOT NULL
    at bigint NOT NULL

TABLE case_history
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    at bigint NOT NULL
    actor text NOT NULL
    kind text NOT NULL
    what text NOT NULL
    data jsonb NOT NULL
    words bytea

TABLE case_index
    workspace_id uuid NOT NULL
    term bytea NOT NULL
    case_id uuid NOT NULL

TABLE case_links
    from_id uuid NOT NULL
    to_id uuid NOT NULL
    kind text NOT NULL
    workspace_id uuid NOT NULL
    made_by text NOT NULL
    at bigint NOT NULL

TABLE case_merges
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    into_id uuid NOT NULL
    from_id uuid NOT NULL
    made_by text NOT NULL
    at bigint NOT NULL
    added_watcher_ids jsonb NOT NULL
    undone_at bigint
    undone_by text

TABLE case_runs
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL
    run bytea NOT NULL
    visit bigint
    step text
    assignee jsonb
    team_id uuid
    taken_by uuid
    due_at bigint
    is_awaiting boolean NOT NULL

TABLE case_settings
    workspace_id uuid NOT NULL
    kind text NOT NULL
    document jsonb NOT NULL
    changed_by text NOT NULL
    changed_at bigint NOT NULL
    version bigint NOT NULL

TABLE case_task_times
    task_id uuid NOT NULL
    team_id uuid NOT NULL
    workspace_id uuid NOT NULL
    held_ms bigint NOT NULL
    hops bigint NOT NULL
    was_late boolean NOT NULL
    answered_at bigint NOT NULL

TABLE case_tasks
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    asked_by uuid NOT NULL
    words bytea NOT NULL
    time_limit jsonb NOT NULL
    ladder jsonb NOT NULL
    asked_at bigint NOT NULL
    due_at bigint NOT NULL
    round_from bigint NOT NULL
    round bigint NOT NULL
    status text NOT NULL
    rest_ms bigint
    holds jsonb NOT NULL
    team_id uuid NOT NULL
    taken_by uuid
    answered_at bigint
    version bigint NOT NULL

TABLE case_type_versions
    type_id uuid NOT NULL
    number bigint NOT NULL
    workspace_id uuid NOT NULL
    terms jsonb NOT NULL
    published_by uuid
    published_at bigint NOT NULL

TABLE case_types
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    key text NOT NULL
    is_builtin boolean NOT NULL
    is_enabled boolean NOT NULL
    place bigint NOT NULL
    draft jsonb
    version_number bigint NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE case_watchers
    agent_id uuid NOT NULL
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE cases
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    number bigint NOT NULL
    type_id uuid NOT NULL
    type_version bigint NOT NULL
    is_complaint boolean NOT NULL
    title bytea NOT NULL
    contact_id uuid
    account_id uuid
    source text NOT NULL
    source_data jsonb NOT NULL
    status text NOT NULL
    status_at bigint NOT NULL
    status_by text
    grounds jsonb
    label text
    priority text NOT NULL
    owner_id uuid NOT NULL
    asked_id uuid
    ownership bytea NOT NULL
    team_id uuid
    watcher_ids jsonb NOT NULL
    merged_into uuid
    reopen_count bigint NOT NULL
    due_rank bigint NOT NULL
    due_subject text
    open_tasks bigint NOT NULL
    created_at bigint NOT NULL
    updated_at bigint NOT NULL
    version bigint NOT NULL

TABLE complaints
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL
    phase text NOT NULL
    round bigint NOT NULL
    severity text NOT NULL
    validity text
    cause text
    received_at bigint NOT NULL
    acknowledge_by bigint NOT NULL
    reply_by bigint NOT NULL
    told_reply_by bigint
    replied_at bigint
    action_due_at bigint
    record bytea NOT NULL
    version bigint NOT NULL

TABLE contact_identities
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    inbox_id uuid NOT NULL
    contact_id uuid NOT NULL
    kind text NOT NULL
    external_index bytea NOT NULL
    external_id bytea NOT NULL
    created_at bigint NOT NULL

TABLE contact_index
    workspace_id uuid NOT NULL
    term bytea NOT NULL
    contact_id uuid NOT NULL

TABLE contact_notes
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    contact_id uuid NOT NULL
    author_id uuid
    text text NOT NULL
    created_at bigint NOT NULL

TABLE contacts
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    account_id uuid
    personal bytea NOT NULL
    email_index bytea
    phone_index bytea
    locale text NOT NULL
    attributes jsonb NOT NULL
    context jsonb NOT NULL
    is_verified boolean NOT NULL
    is_blocked boolean NOT NULL
    created_at bigint NOT NULL
    last_seen_at bigint NOT NULL
    version bigint NOT NULL
    tier bigint NOT NULL DEFAULT 0
    dedicated_agent_id uuid

TABLE conversation_counters
    workspace_id uuid NOT NULL
    scope text NOT NULL
    scope_id uuid NOT NULL
    status text NOT NULL
    value bigint NOT NULL

TABLE conversation_followers
    conversation_id uuid NOT NULL
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE conversation_tags
    conversation_id uuid NOT NULL
    tag_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE conversations
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    number bigint NOT NULL
    inbox_id uuid NOT NULL
    contact_id uuid NOT NULL
    identity_id uuid NOT NULL
    channel text NOT NULL
    status text NOT NULL
    status_at bigint NOT NULL
    status_by text NOT NULL
    snoozed_until bigint
    handler text NOT NULL
    assignee_id uuid
    team_id uuid
    priority text NOT NULL
    tag_ids jsonb NOT NULL
    session_id uuid
    session_count bigint NOT NULL
    last_seq bigint NOT NULL
    last_message jsonb
    last_activity_at bigint NOT NULL
    waiting_since bigint
    unread_count bigint NOT NULL
    contact_seen_seq bigint NOT NULL
    agent_seen_seq bigint NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    next_due_at bigint
    next_due_metric text
    is_breached boolean NOT NULL DEFAULT false

TABLE data_keys
    workspace_id uuid NOT NULL
    purpose text NOT NULL
    number bigint NOT NULL
    key_id text NOT NULL
    wrapped bytea NOT NULL

TABLE deadlines
    session_id uuid NOT NULL
    metric text NOT NULL
    round bigint NOT NULL
    moment text NOT NULL
    workspace_id uuid NOT NULL
    due_at bigint NOT NULL
    fired_at bigint

TABLE event_counters
    workspace_id uuid NOT NULL
    seq bigint NOT NULL

TABLE events
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    seq bigint
    aggregate_kind text NOT NULL
    aggregate_id uuid NOT NULL
    actor text NOT NULL
    causes jsonb NOT NULL
    request_id text
    kind text NOT NULL
    version bigint NOT NULL
    payload jsonb NOT NULL
    at bigint NOT NULL

TABLE evidence
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    number bigint NOT NULL
    attachment_id uuid
    added_by text NOT NULL
    added_at bigint NOT NULL
    body bytea NOT NULL
    previous bytea NOT NULL
    hash bytea NOT NULL
    seal bytea NOT NULL

TABLE evidence_contents
    evidence_id uuid NOT NULL
    workspace_id uuid NOT NULL
    content bytea NOT NULL

TABLE evidence_heads
    case_id uuid NOT NULL
    workspace_id uuid NOT NULL
    count bigint NOT NULL
    hash bytea NOT NULL
    version bigint NOT NULL

TABLE follow_ups
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    reason text NOT NULL
    score bigint
    owner_id uuid NOT NULL
    created_at bigint NOT NULL
    from_at bigint NOT NULL
    due_at bigint NOT NULL
    time_limit jsonb NOT NULL
    ladder jsonb NOT NULL
    attempts bigint NOT NULL
    result text
    finished_at bigint
    record bytea NOT NULL
    version bigint NOT NULL

TABLE glossary_terms
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    locale text NOT NULL
    term text NOT NULL
    preferred text NOT NULL
    explanation text NOT NULL
    avoid jsonb NOT NULL
    version bigint NOT NULL

TABLE help_centres
    workspace_id uuid NOT NULL
    name jsonb NOT NULL
    colour text
    logo_id uuid
    locales jsonb NOT NULL
    domain text
    version bigint NOT NULL

TABLE idempotency_keys
    workspace_id uuid NOT NULL
    principal text NOT NULL
    key text NOT NULL
    request_hash bytea NOT NULL
    status bigint NOT NULL
    body jsonb
    created_at bigint NOT NULL

TABLE inbox_members
    inbox_id uuid NOT NULL
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE inbox_secrets
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    inbox_id uuid NOT NULL
    key_id text NOT NULL
    secret bytea NOT NULL
    created_at bigint NOT NULL
    retired_at bigint

TABLE inboxes
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    number bigint NOT NULL
    name text NOT NULL
    channel text NOT NULL
    key text NOT NULL
    is_enabled boolean NOT NULL
    allowed_domains jsonb NOT NULL
    settings jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    routing jsonb NOT NULL DEFAULT '{}'::jsonb

TABLE invitations
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    token_hash bytea NOT NULL
    email bytea NOT NULL
    email_index bytea NOT NULL
    name text
    role_ids jsonb NOT NULL
    team_ids jsonb NOT NULL
    inbox_ids jsonb NOT NULL
    invited_by uuid NOT NULL
    created_at bigint NOT NULL
    expires_at bigint NOT NULL
    accepted_at bigint
    revoked_at bigint

TABLE jobs
    id uuid NOT NULL
    workspace_id uuid
    name text NOT NULL
    arguments jsonb NOT NULL
    unique_key text
    state text NOT NULL
    attempts bigint NOT NULL
    run_at bigint NOT NULL
    fence bigint NOT NULL
    lease_until bigint
    last_error text
    cause_id uuid
    created_at bigint NOT NULL
    finished_at bigint

TABLE knowledge_gaps
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    locale text NOT NULL
    question text NOT NULL
    examples jsonb NOT NULL
    state text NOT NULL
    number bigint NOT NULL
    unfound bigint NOT NULL
    unhelpful bigint NOT NULL
    contacts bigint NOT NULL
    rated bigint NOT NULL
    article_id uuid
    first_at bigint NOT NULL
    last_at bigint NOT NULL
    version bigint NOT NULL

TABLE knowledge_states
    workspace_id uuid NOT NULL
    revision bigint NOT NULL

TABLE leases
    name text NOT NULL
    holder text NOT NULL
    fence bigint NOT NULL
    expires_at bigint NOT NULL

TABLE login_failures
    key_hash bytea NOT NULL
    failures bigint NOT NULL
    last_failed_at bigint NOT NULL
    locked_until bigint

TABLE login_sessions
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid NOT NULL
    token_hash bytea NOT NULL
    address text NOT NULL
    user_agent text NOT NULL
    created_at bigint NOT NULL
    last_seen_at bigint NOT NULL
    expires_at bigint NOT NULL
    revoked_at bigint

TABLE macros
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid
    name text NOT NULL
    description text NOT NULL
    actions jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE mail_arrivals
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    mailbox_id uuid NOT NULL
    fingerprint bytea
    uid_validity bigint NOT NULL
    uid bigint NOT NULL
    raw_hash bytea NOT NULL
    size_bytes bigint NOT NULL
    is_cut boolean NOT NULL
    arrived_at bigint
    state text NOT NULL
    outcome text
    attempts bigint NOT NULL
    due_at bigint NOT NULL
    last_error text
    message_id uuid
    created_at bigint NOT NULL

TABLE mail_participants
    conversation_id uuid NOT NULL
    address_index bytea NOT NULL
    workspace_id uuid NOT NULL

TABLE mail_picture_senders
    workspace_id uuid NOT NULL
    address_index bytea NOT NULL
    created_at bigint NOT NULL

TABLE mail_senders
    workspace_id uuid NOT NULL
    address_index bytea NOT NULL
    answered_at bigint
    window_from bigint NOT NULL
    mails bigint NOT NULL

TABLE mail_threads
    conversation_id uuid NOT NULL
    workspace_id uuid NOT NULL
    mailbox_id uuid
    subject text NOT NULL
    may_belong_to uuid

TABLE mailbox_states
    mailbox_id uuid NOT NULL
    workspace_id uuid NOT NULL
    uid_validity bigint
    last_uid bigint NOT NULL
    last_read_at bigint
    received_total bigint NOT NULL
    trouble bytea
    sending_trouble bytea
    alerted_at bigint

TABLE mailboxes
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    inbox_id uuid NOT NULL
    address text NOT NULL
    settings jsonb NOT NULL
    secrets bytea NOT NULL
    is_enabled boolean NOT NULL
    created_at bigint NOT NULL
    removed_at bigint
    version bigint NOT NULL

TABLE mails
    message_id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    mailbox_id uuid
    direction text NOT NULL
    id_index bytea
    head bytea NOT NULL
    meta jsonb NOT NULL
    raw_hash bytea
    html_hash bytea
    sent_at bigint
    state text
    undo_until bigint
    next_attempt_at bigint
    due_at bigint
    attempts bigint NOT NULL
    failure bytea
    remaining bytea
    created_at bigint NOT NULL

TABLE mentions
    conversation_id uuid NOT NULL
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL
    message_id uuid NOT NULL
    created_at bigint NOT NULL
    seen_at bigint

TABLE message_drafts
    conversation_id uuid NOT NULL
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL
    kind text NOT NULL
    text text NOT NULL
    updated_at bigint NOT NULL

TABLE message_index
    position bigint NOT NULL
    workspace_id uuid NOT NULL
    inbox_id uuid NOT NULL
    lexemes tsvector NOT NULL

TABLE messages
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    session_id uuid NOT NULL
    seq bigint NOT NULL
    kind text NOT NULL
    author_kind text NOT NULL
    author_id uuid
    text text NOT NULL
    content jsonb NOT NULL
    reply_to_id uuid
    client_id text
    external_id text
    delivery text NOT NULL
    created_at bigint NOT NULL
    edited_at bigint
    recalled_at bigint
    revision bigint NOT NULL

TABLE number_counters
    workspace_id uuid NOT NULL
    name text NOT NULL
    value bigint NOT NULL

TABLE password_resets
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid NOT NULL
    token_hash bytea NOT NULL
    created_at bigint NOT NULL
    expires_at bigint NOT NULL
    used_at bigint

TABLE phrases
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid
    shortcut text NOT NULL
    title text NOT NULL
    situation text NOT NULL
    locale text NOT NULL
    text text NOT NULL
    use_count bigint NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE promises
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    session_id uuid
    contact_id uuid NOT NULL
    kind text NOT NULL
    text text NOT NULL
    phone bytea
    due_at bigint NOT NULL
    owner_id uuid
    status text NOT NULL
    reason text
    made_by text NOT NULL
    kept_at bigint
    broken_at bigint
    created_at bigint NOT NULL
    version bigint NOT NULL
    remind_at bigint

TABLE queue_items
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    session_id uuid NOT NULL
    queue_id uuid NOT NULL
    item jsonb NOT NULL
    standing jsonb NOT NULL
    note text
    state text NOT NULL
    agent_id uuid
    line_rank bigint NOT NULL
    entered_at bigint NOT NULL
    due_at bigint
    assigned_at bigint
    ended_at bigint
    outcome text
    promise_id uuid
    decline_reason text
    version bigint NOT NULL

TABLE queues
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    policy jsonb NOT NULL
    calendar_id uuid
    out_of_hours jsonb NOT NULL
    service_times jsonb NOT NULL
    place bigint NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE reactor_cursors
    name text NOT NULL
    workspace_id uuid NOT NULL
    seq bigint NOT NULL

TABLE recoveries
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    place bigint NOT NULL
    gesture text NOT NULL
    gesture_kind text NOT NULL
    team_id uuid
    minor bigint NOT NULL
    currency text NOT NULL
    reason bytea NOT NULL
    asked_by uuid NOT NULL
    asked_at bigint NOT NULL
    own_limit bigint NOT NULL
    status text NOT NULL
    state jsonb NOT NULL
    budget_scope uuid NOT NULL
    budget_period text NOT NULL
    version bigint NOT NULL

TABLE recovery_budgets
    workspace_id uuid NOT NULL
    scope uuid NOT NULL
    period text NOT NULL
    currency text NOT NULL
    spent bigint NOT NULL
    reserved bigint NOT NULL
    version bigint NOT NULL

TABLE recovery_codes
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL
    code_hash bytea NOT NULL
    used_at bigint

TABLE risk_warnings
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    kind text NOT NULL
    subject text NOT NULL
    facts jsonb NOT NULL
    people jsonb NOT NULL
    plan jsonb NOT NULL
    opened_at bigint NOT NULL
    last_seen_at bigint NOT NULL
    closed_at bigint
    closed_by uuid
    note text
    version bigint NOT NULL

TABLE roles
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    builtin text
    grants jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE routing_decisions
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    queue_item_id uuid NOT NULL
    conversation_id uuid NOT NULL
    agent_id uuid NOT NULL
    queue_id uuid NOT NULL
    mode jsonb NOT NULL
    explanation jsonb NOT NULL
    at bigint NOT NULL

TABLE saved_views
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid
    name text NOT NULL
    filter jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    is_shared boolean NOT NULL DEFAULT false
    sort text NOT NULL DEFAULT 'recent'::text

TABLE scheduled_message_attachments
    attachment_id uuid NOT NULL
    scheduled_message_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE scheduled_messages
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    author_id uuid NOT NULL
    client_id text NOT NULL
    text text NOT NULL
    attachment_ids jsonb NOT NULL
    send_at bigint NOT NULL
    cancel_on_reply boolean NOT NULL
    status text NOT NULL
    reason text
    message_id uuid
    finished_at bigint
    created_at bigint NOT NULL
    version bigint NOT NULL
    addressing bytea

TABLE schema_migrations
    version bigint NOT NULL
    name text NOT NULL
    checksum text NOT NULL

TABLE service_notices
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    contact_id uuid NOT NULL
    conversation_id uuid
    case_id uuid
    message_id uuid
    client_id text NOT NULL
    entry text NOT NULL
    kind text NOT NULL
    rating jsonb NOT NULL
    words bytea NOT NULL
    made_by text NOT NULL
    created_at bigint NOT NULL
    acknowledged_at bigint
    acknowledged_by text
    means text
    note bytea

TABLE session_clocks
    session_id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    standard_id uuid
    clock jsonb NOT NULL
    visits jsonb NOT NULL
    repeats bigint NOT NULL
    has_left boolean NOT NULL
    wakes_at bigint
    version bigint NOT NULL
    calendar_id uuid

TABLE sessions
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    conversation_id uuid NOT NULL
    inbox_id uuid NOT NULL
    contact_id uuid NOT NULL
    number bigint NOT NULL
    step text NOT NULL
    step_at bigint NOT NULL
    opened_at bigint NOT NULL
    first_response_at bigint
    first_response_by uuid
    first_response_due_at bigint
    resolved_at bigint
    resolved_by text
    assignee_id uuid
    contact_messages bigint NOT NULL
    agent_messages bigint NOT NULL
    rating jsonb
    rated_at bigint
    version bigint NOT NULL
    rating_asked_at bigint
    stage text
    language text
    topic_id uuid

TABLE skills
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE solution_contacts
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    case_id uuid NOT NULL
    at bigint NOT NULL
    made_by text NOT NULL
    means text NOT NULL
    answer text NOT NULL
    note bytea NOT NULL

TABLE standards
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    place bigint NOT NULL
    is_enabled boolean NOT NULL
    calendar_id uuid
    terms jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE synonyms
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    words jsonb NOT NULL
    version bigint NOT NULL

TABLE tags
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    color text NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE team_members
    team_id uuid NOT NULL
    agent_id uuid NOT NULL
    workspace_id uuid NOT NULL

TABLE teams
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    name text NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL
    calendar_id uuid

TABLE tokens
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    agent_id uuid
    name text NOT NULL
    token_hash bytea NOT NULL
    hint text NOT NULL
    scopes jsonb NOT NULL
    created_by uuid
    created_at bigint NOT NULL
    last_used_at bigint
    expires_at bigint
    revoked_at bigint

TABLE visitor_tokens
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    inbox_id uuid NOT NULL
    identity_id uuid NOT NULL
    token_hash bytea NOT NULL
    created_at bigint NOT NULL
    last_seen_at bigint NOT NULL
    expires_at bigint NOT NULL
    revoked_at bigint
    address bytea

TABLE webhook_attempts
    delivery_id uuid NOT NULL
    number bigint NOT NULL
    workspace_id uuid NOT NULL
    at bigint NOT NULL
    duration_ms bigint NOT NULL
    status bigint
    error text
    answer bytea NOT NULL
    is_answer_cut boolean NOT NULL

TABLE webhook_deliveries
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    webhook_id uuid NOT NULL
    event_type text NOT NULL
    event_seq bigint
    message_id uuid
    body bytea NOT NULL
    state text NOT NULL
    attempts bigint NOT NULL
    tries bigint NOT NULL
    next_at bigint
    last_status bigint
    last_error text
    created_at bigint NOT NULL
    finished_at bigint

TABLE webhooks
    id uuid NOT NULL
    workspace_id uuid NOT NULL
    purpose text NOT NULL
    inbox_id uuid
    name text NOT NULL
    url text NOT NULL
    event_types jsonb NOT NULL
    disabled_reason text
    disabled_at bigint
    failing_since bigint
    silences bigint NOT NULL
    resting_until bigint
    last_success_at bigint
    secret bytea NOT NULL
    previous_secret bytea
    previous_secret_until bigint
    next_due_at bigint
    lease_until bigint
    created_at bigint NOT NULL
    version bigint NOT NULL

TABLE workspaces
    id uuid NOT NULL
    slug text NOT NULL
    name text NOT NULL
    locale text NOT NULL
    time_zone text NOT NULL
    settings jsonb NOT NULL
    created_at bigint NOT NULL
    version bigint NOT NULL

CONSTRAINT access_versions access_versions_pkey PRIMARY KEY (workspace_id)
CONSTRAINT access_versions access_versions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT accounts accounts_pkey PRIMARY KEY (id)
CONSTRAINT accounts accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT agent_presences agent_presences_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT agent_presences agent_presences_pkey PRIMARY KEY (agent_id)
CONSTRAINT agent_presences agent_presences_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT agent_profiles agent_profiles_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT agent_profiles agent_profiles_pkey PRIMARY KEY (agent_id)
CONSTRAINT agent_profiles agent_profiles_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT agent_roles agent_roles_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT agent_roles agent_roles_pkey PRIMARY KEY (agent_id, role_id)
CONSTRAINT agent_roles agent_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles(id)
CONSTRAINT agent_roles agent_roles_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT agents agents_pkey PRIMARY KEY (id)
CONSTRAINT agents agents_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_categories article_categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES article_categories(id)
CONSTRAINT article_categories article_categories_pkey PRIMARY KEY (id)
CONSTRAINT article_categories article_categories_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_feedback article_feedback_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT article_feedback article_feedback_pkey PRIMARY KEY (id)
CONSTRAINT article_feedback article_feedback_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_files article_files_pkey PRIMARY KEY (id)
CONSTRAINT article_files article_files_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_questions article_questions_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT article_questions article_questions_gap_id_fkey FOREIGN KEY (gap_id) REFERENCES knowledge_gaps(id)
CONSTRAINT article_questions article_questions_pkey PRIMARY KEY (id)
CONSTRAINT article_questions article_questions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_redirects article_redirects_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT article_redirects article_redirects_pkey PRIMARY KEY (workspace_id, locale, slug)
CONSTRAINT article_redirects article_redirects_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_revisions article_revisions_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT article_revisions article_revisions_pkey PRIMARY KEY (article_id, locale, number)
CONSTRAINT article_revisions article_revisions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT article_translations article_translations_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT article_translations article_translations_pkey PRIMARY KEY (article_id, locale)
CONSTRAINT article_translations article_translations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT articles articles_category_id_fkey FOREIGN KEY (category_id) REFERENCES article_categories(id)
CONSTRAINT articles articles_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES articles(id)
CONSTRAINT articles articles_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id)
CONSTRAINT articles articles_pkey PRIMARY KEY (id)
CONSTRAINT articles articles_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT attachments attachments_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT attachments attachments_pkey PRIMARY KEY (id)
CONSTRAINT attachments attachments_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT attribute_definitions attribute_definitions_pkey PRIMARY KEY (id)
CONSTRAINT attribute_definitions attribute_definitions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT audit_log audit_log_pkey PRIMARY KEY (workspace_id, number)
CONSTRAINT audit_log audit_log_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT automation_counters automation_counters_pkey PRIMARY KEY (rule_id)
CONSTRAINT automation_counters automation_counters_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES automation_rules(id)
CONSTRAINT automation_counters automation_counters_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT automation_rule_versions automation_rule_versions_author_id_fkey FOREIGN KEY (author_id) REFERENCES agents(id)
CONSTRAINT automation_rule_versions automation_rule_versions_pkey PRIMARY KEY (rule_id, version)
CONSTRAINT automation_rule_versions automation_rule_versions_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES automation_rules(id)
CONSTRAINT automation_rule_versions automation_rule_versions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT automation_rules automation_rules_author_id_fkey FOREIGN KEY (author_id) REFERENCES agents(id)
CONSTRAINT automation_rules automation_rules_pkey PRIMARY KEY (id)
CONSTRAINT automation_rules automation_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT automation_runs automation_runs_pkey PRIMARY KEY (id)
CONSTRAINT automation_runs automation_runs_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES automation_rules(id)
CONSTRAINT automation_runs automation_runs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT avatars avatars_pkey PRIMARY KEY (id)
CONSTRAINT avatars avatars_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT blocks blocks_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT blocks blocks_pkey PRIMARY KEY (id)
CONSTRAINT blocks blocks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_codes bot_codes_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT bot_codes bot_codes_pkey PRIMARY KEY (id)
CONSTRAINT bot_codes bot_codes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_flow_revisions bot_flow_revisions_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES bot_flows(id)
CONSTRAINT bot_flow_revisions bot_flow_revisions_pkey PRIMARY KEY (flow_id, revision)
CONSTRAINT bot_flow_revisions bot_flow_revisions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_flow_steps bot_flow_steps_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES bot_flows(id)
CONSTRAINT bot_flow_steps bot_flow_steps_pkey PRIMARY KEY (flow_id, step)
CONSTRAINT bot_flow_steps bot_flow_steps_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_flows bot_flows_pkey PRIMARY KEY (id)
CONSTRAINT bot_flows bot_flows_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_opinions bot_opinions_pkey PRIMARY KEY (workspace_id, kind, bucket)
CONSTRAINT bot_opinions bot_opinions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_runs bot_runs_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT bot_runs bot_runs_pkey PRIMARY KEY (session_id)
CONSTRAINT bot_runs bot_runs_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
CONSTRAINT bot_runs bot_runs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bot_secrets bot_secrets_pkey PRIMARY KEY (workspace_id, name)
CONSTRAINT bot_secrets bot_secrets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT bots bots_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT bots bots_pkey PRIMARY KEY (inbox_id)
CONSTRAINT bots bots_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT calendars calendars_pkey PRIMARY KEY (id)
CONSTRAINT calendars calendars_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_alarms case_alarms_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_alarms case_alarms_pkey PRIMARY KEY (case_id, subject, moment)
CONSTRAINT case_alarms case_alarms_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_answers case_answers_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_answers case_answers_pkey PRIMARY KEY (case_id)
CONSTRAINT case_answers case_answers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_broadcast_answers case_broadcast_answers_broadcast_id_fkey FOREIGN KEY (broadcast_id) REFERENCES case_broadcasts(id)
CONSTRAINT case_broadcast_answers case_broadcast_answers_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_broadcast_answers case_broadcast_answers_pkey PRIMARY KEY (broadcast_id, case_id)
CONSTRAINT case_broadcast_answers case_broadcast_answers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_broadcasts case_broadcasts_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_broadcasts case_broadcasts_made_by_fkey FOREIGN KEY (made_by) REFERENCES agents(id)
CONSTRAINT case_broadcasts case_broadcasts_pkey PRIMARY KEY (id)
CONSTRAINT case_broadcasts case_broadcasts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_conversations case_conversations_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_conversations case_conversations_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT case_conversations case_conversations_pkey PRIMARY KEY (case_id, conversation_id)
CONSTRAINT case_conversations case_conversations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_history case_history_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_history case_history_pkey PRIMARY KEY (id)
CONSTRAINT case_history case_history_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_index case_index_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_index case_index_pkey PRIMARY KEY (workspace_id, term, case_id)
CONSTRAINT case_index case_index_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_links case_links_from_id_fkey FOREIGN KEY (from_id) REFERENCES cases(id)
CONSTRAINT case_links case_links_pkey PRIMARY KEY (from_id, to_id, kind)
CONSTRAINT case_links case_links_to_id_fkey FOREIGN KEY (to_id) REFERENCES cases(id)
CONSTRAINT case_links case_links_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_merges case_merges_from_id_fkey FOREIGN KEY (from_id) REFERENCES cases(id)
CONSTRAINT case_merges case_merges_into_id_fkey FOREIGN KEY (into_id) REFERENCES cases(id)
CONSTRAINT case_merges case_merges_pkey PRIMARY KEY (id)
CONSTRAINT case_merges case_merges_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_runs case_runs_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_runs case_runs_pkey PRIMARY KEY (case_id)
CONSTRAINT case_runs case_runs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_settings case_settings_pkey PRIMARY KEY (workspace_id, kind)
CONSTRAINT case_settings case_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_task_times case_task_times_pkey PRIMARY KEY (task_id, team_id)
CONSTRAINT case_task_times case_task_times_task_id_fkey FOREIGN KEY (task_id) REFERENCES case_tasks(id)
CONSTRAINT case_task_times case_task_times_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_tasks case_tasks_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES agents(id)
CONSTRAINT case_tasks case_tasks_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_tasks case_tasks_pkey PRIMARY KEY (id)
CONSTRAINT case_tasks case_tasks_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id)
CONSTRAINT case_tasks case_tasks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_type_versions case_type_versions_pkey PRIMARY KEY (type_id, number)
CONSTRAINT case_type_versions case_type_versions_published_by_fkey FOREIGN KEY (published_by) REFERENCES agents(id)
CONSTRAINT case_type_versions case_type_versions_type_id_fkey FOREIGN KEY (type_id) REFERENCES case_types(id)
CONSTRAINT case_type_versions case_type_versions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_types case_types_pkey PRIMARY KEY (id)
CONSTRAINT case_types case_types_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT case_watchers case_watchers_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT case_watchers case_watchers_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT case_watchers case_watchers_pkey PRIMARY KEY (agent_id, case_id)
CONSTRAINT case_watchers case_watchers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT cases cases_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
CONSTRAINT cases cases_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT cases cases_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES cases(id)
CONSTRAINT cases cases_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id)
CONSTRAINT cases cases_pkey PRIMARY KEY (id)
CONSTRAINT cases cases_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id)
CONSTRAINT cases cases_type_id_fkey FOREIGN KEY (type_id) REFERENCES case_types(id)
CONSTRAINT cases cases_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT complaints complaints_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT complaints complaints_pkey PRIMARY KEY (case_id)
CONSTRAINT complaints complaints_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT contact_identities contact_identities_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT contact_identities contact_identities_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT contact_identities contact_identities_pkey PRIMARY KEY (id)
CONSTRAINT contact_identities contact_identities_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT contact_index contact_index_pkey PRIMARY KEY (workspace_id, term, contact_id)
CONSTRAINT contact_index contact_index_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT contact_notes contact_notes_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT contact_notes contact_notes_pkey PRIMARY KEY (id)
CONSTRAINT contact_notes contact_notes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT contacts contacts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
CONSTRAINT contacts contacts_pkey PRIMARY KEY (id)
CONSTRAINT contacts contacts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT conversation_counters conversation_counters_pkey PRIMARY KEY (workspace_id, scope, scope_id, status)
CONSTRAINT conversation_counters conversation_counters_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT conversation_followers conversation_followers_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT conversation_followers conversation_followers_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT conversation_followers conversation_followers_pkey PRIMARY KEY (conversation_id, agent_id)
CONSTRAINT conversation_followers conversation_followers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT conversation_tags conversation_tags_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT conversation_tags conversation_tags_pkey PRIMARY KEY (conversation_id, tag_id)
CONSTRAINT conversation_tags conversation_tags_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT conversations conversations_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES agents(id)
CONSTRAINT conversations conversations_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT conversations conversations_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES contact_identities(id)
CONSTRAINT conversations conversations_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT conversations conversations_pkey PRIMARY KEY (id)
CONSTRAINT conversations conversations_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id)
CONSTRAINT conversations conversations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT data_keys data_keys_pkey PRIMARY KEY (workspace_id, purpose, number)
CONSTRAINT deadlines deadlines_pkey PRIMARY KEY (session_id, metric, round, moment)
CONSTRAINT deadlines deadlines_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
CONSTRAINT deadlines deadlines_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT event_counters event_counters_pkey PRIMARY KEY (workspace_id)
CONSTRAINT event_counters event_counters_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT events events_pkey PRIMARY KEY ("position")
CONSTRAINT events events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT evidence evidence_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT evidence evidence_pkey PRIMARY KEY (id)
CONSTRAINT evidence evidence_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT evidence_contents evidence_contents_evidence_id_fkey FOREIGN KEY (evidence_id) REFERENCES evidence(id)
CONSTRAINT evidence_contents evidence_contents_pkey PRIMARY KEY (evidence_id)
CONSTRAINT evidence_contents evidence_contents_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT evidence_heads evidence_heads_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT evidence_heads evidence_heads_pkey PRIMARY KEY (case_id)
CONSTRAINT evidence_heads evidence_heads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT follow_ups follow_ups_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT follow_ups follow_ups_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id)
CONSTRAINT follow_ups follow_ups_pkey PRIMARY KEY (id)
CONSTRAINT follow_ups follow_ups_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT glossary_terms glossary_terms_pkey PRIMARY KEY (id)
CONSTRAINT glossary_terms glossary_terms_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT help_centres help_centres_pkey PRIMARY KEY (workspace_id)
CONSTRAINT help_centres help_centres_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT idempotency_keys idempotency_keys_pkey PRIMARY KEY (workspace_id, principal, key)
CONSTRAINT idempotency_keys idempotency_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT inbox_members inbox_members_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT inbox_members inbox_members_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT inbox_members inbox_members_pkey PRIMARY KEY (inbox_id, agent_id)
CONSTRAINT inbox_members inbox_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT inbox_secrets inbox_secrets_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT inbox_secrets inbox_secrets_pkey PRIMARY KEY (id)
CONSTRAINT inbox_secrets inbox_secrets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT inboxes inboxes_pkey PRIMARY KEY (id)
CONSTRAINT inboxes inboxes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT invitations invitations_pkey PRIMARY KEY (id)
CONSTRAINT invitations invitations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT jobs jobs_pkey PRIMARY KEY (id)
CONSTRAINT jobs jobs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT knowledge_gaps knowledge_gaps_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles(id)
CONSTRAINT knowledge_gaps knowledge_gaps_pkey PRIMARY KEY (id)
CONSTRAINT knowledge_gaps knowledge_gaps_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT knowledge_states knowledge_states_pkey PRIMARY KEY (workspace_id)
CONSTRAINT knowledge_states knowledge_states_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT leases leases_pkey PRIMARY KEY (name)
CONSTRAINT login_failures login_failures_pkey PRIMARY KEY (key_hash)
CONSTRAINT login_sessions login_sessions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT login_sessions login_sessions_pkey PRIMARY KEY (id)
CONSTRAINT login_sessions login_sessions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT macros macros_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT macros macros_pkey PRIMARY KEY (id)
CONSTRAINT macros macros_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mail_arrivals mail_arrivals_mailbox_id_fkey FOREIGN KEY (mailbox_id) REFERENCES mailboxes(id)
CONSTRAINT mail_arrivals mail_arrivals_pkey PRIMARY KEY (id)
CONSTRAINT mail_arrivals mail_arrivals_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mail_participants mail_participants_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT mail_participants mail_participants_pkey PRIMARY KEY (conversation_id, address_index)
CONSTRAINT mail_participants mail_participants_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mail_picture_senders mail_picture_senders_pkey PRIMARY KEY (workspace_id, address_index)
CONSTRAINT mail_picture_senders mail_picture_senders_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mail_senders mail_senders_pkey PRIMARY KEY (workspace_id, address_index)
CONSTRAINT mail_senders mail_senders_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mail_threads mail_threads_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT mail_threads mail_threads_mailbox_id_fkey FOREIGN KEY (mailbox_id) REFERENCES mailboxes(id)
CONSTRAINT mail_threads mail_threads_may_belong_to_fkey FOREIGN KEY (may_belong_to) REFERENCES conversations(id)
CONSTRAINT mail_threads mail_threads_pkey PRIMARY KEY (conversation_id)
CONSTRAINT mail_threads mail_threads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mailbox_states mailbox_states_mailbox_id_fkey FOREIGN KEY (mailbox_id) REFERENCES mailboxes(id)
CONSTRAINT mailbox_states mailbox_states_pkey PRIMARY KEY (mailbox_id)
CONSTRAINT mailbox_states mailbox_states_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mailboxes mailboxes_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT mailboxes mailboxes_pkey PRIMARY KEY (id)
CONSTRAINT mailboxes mailboxes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mails mails_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT mails mails_mailbox_id_fkey FOREIGN KEY (mailbox_id) REFERENCES mailboxes(id)
CONSTRAINT mails mails_pkey PRIMARY KEY (message_id)
CONSTRAINT mails mails_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT mentions mentions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT mentions mentions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT mentions mentions_pkey PRIMARY KEY (message_id, agent_id)
CONSTRAINT mentions mentions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT message_drafts message_drafts_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT message_drafts message_drafts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT message_drafts message_drafts_pkey PRIMARY KEY (conversation_id, agent_id, kind)
CONSTRAINT message_drafts message_drafts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT message_index message_index_pkey PRIMARY KEY ("position")
CONSTRAINT message_index message_index_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT messages messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT messages messages_pkey PRIMARY KEY ("position")
CONSTRAINT messages messages_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
CONSTRAINT messages messages_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT number_counters number_counters_pkey PRIMARY KEY (workspace_id, name)
CONSTRAINT number_counters number_counters_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT password_resets password_resets_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT password_resets password_resets_pkey PRIMARY KEY (id)
CONSTRAINT password_resets password_resets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT phrases phrases_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT phrases phrases_pkey PRIMARY KEY (id)
CONSTRAINT phrases phrases_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT promises promises_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT promises promises_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT promises promises_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES agents(id)
CONSTRAINT promises promises_pkey PRIMARY KEY (id)
CONSTRAINT promises promises_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT queue_items queue_items_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT queue_items queue_items_pkey PRIMARY KEY (id)
CONSTRAINT queue_items queue_items_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES queues(id)
CONSTRAINT queue_items queue_items_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
CONSTRAINT queue_items queue_items_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT queues queues_pkey PRIMARY KEY (id)
CONSTRAINT queues queues_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT reactor_cursors reactor_cursors_pkey PRIMARY KEY (name, workspace_id)
CONSTRAINT reactor_cursors reactor_cursors_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT recoveries recoveries_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES agents(id)
CONSTRAINT recoveries recoveries_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT recoveries recoveries_pkey PRIMARY KEY (id)
CONSTRAINT recoveries recoveries_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT recovery_budgets recovery_budgets_pkey PRIMARY KEY (workspace_id, scope, period)
CONSTRAINT recovery_budgets recovery_budgets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT recovery_codes recovery_codes_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT recovery_codes recovery_codes_pkey PRIMARY KEY (agent_id, code_hash)
CONSTRAINT recovery_codes recovery_codes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT risk_warnings risk_warnings_pkey PRIMARY KEY (id)
CONSTRAINT risk_warnings risk_warnings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT roles roles_pkey PRIMARY KEY (id)
CONSTRAINT roles roles_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT routing_decisions routing_decisions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT routing_decisions routing_decisions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT routing_decisions routing_decisions_pkey PRIMARY KEY (id)
CONSTRAINT routing_decisions routing_decisions_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES queues(id)
CONSTRAINT routing_decisions routing_decisions_queue_item_id_fkey FOREIGN KEY (queue_item_id) REFERENCES queue_items(id)
CONSTRAINT routing_decisions routing_decisions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT saved_views saved_views_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT saved_views saved_views_pkey PRIMARY KEY (id)
CONSTRAINT saved_views saved_views_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT scheduled_message_attachments scheduled_message_attachments_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES attachments(id)
CONSTRAINT scheduled_message_attachments scheduled_message_attachments_pkey PRIMARY KEY (attachment_id)
CONSTRAINT scheduled_message_attachments scheduled_message_attachments_scheduled_message_id_fkey FOREIGN KEY (scheduled_message_id) REFERENCES scheduled_messages(id)
CONSTRAINT scheduled_message_attachments scheduled_message_attachments_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT scheduled_messages scheduled_messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES agents(id)
CONSTRAINT scheduled_messages scheduled_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT scheduled_messages scheduled_messages_pkey PRIMARY KEY (id)
CONSTRAINT scheduled_messages scheduled_messages_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT schema_migrations schema_migrations_pkey PRIMARY KEY (version)
CONSTRAINT service_notices service_notices_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT service_notices service_notices_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT service_notices service_notices_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT service_notices service_notices_pkey PRIMARY KEY (id)
CONSTRAINT service_notices service_notices_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT session_clocks session_clocks_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT session_clocks session_clocks_pkey PRIMARY KEY (session_id)
CONSTRAINT session_clocks session_clocks_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
CONSTRAINT session_clocks session_clocks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT sessions sessions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id)
CONSTRAINT sessions sessions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id)
CONSTRAINT sessions sessions_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT sessions sessions_pkey PRIMARY KEY (id)
CONSTRAINT sessions sessions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT skills skills_pkey PRIMARY KEY (id)
CONSTRAINT skills skills_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT solution_contacts solution_contacts_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases(id)
CONSTRAINT solution_contacts solution_contacts_pkey PRIMARY KEY (id)
CONSTRAINT solution_contacts solution_contacts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT standards standards_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id)
CONSTRAINT standards standards_pkey PRIMARY KEY (id)
CONSTRAINT standards standards_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT synonyms synonyms_pkey PRIMARY KEY (id)
CONSTRAINT synonyms synonyms_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT tags tags_pkey PRIMARY KEY (id)
CONSTRAINT tags tags_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT team_members team_members_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT team_members team_members_pkey PRIMARY KEY (team_id, agent_id)
CONSTRAINT team_members team_members_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id)
CONSTRAINT team_members team_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT teams teams_pkey PRIMARY KEY (id)
CONSTRAINT teams teams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT tokens tokens_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id)
CONSTRAINT tokens tokens_pkey PRIMARY KEY (id)
CONSTRAINT tokens tokens_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT visitor_tokens visitor_tokens_identity_id_fkey FOREIGN KEY (identity_id) REFERENCES contact_identities(id)
CONSTRAINT visitor_tokens visitor_tokens_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT visitor_tokens visitor_tokens_pkey PRIMARY KEY (id)
CONSTRAINT visitor_tokens visitor_tokens_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT webhook_attempts webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries(id)
CONSTRAINT webhook_attempts webhook_attempts_pkey PRIMARY KEY (delivery_id, number)
CONSTRAINT webhook_attempts webhook_attempts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT webhook_deliveries webhook_deliveries_pkey PRIMARY KEY (id)
CONSTRAINT webhook_deliveries webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks(id)
CONSTRAINT webhook_deliveries webhook_deliveries_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT webhooks webhooks_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
CONSTRAINT webhooks webhooks_pkey PRIMARY KEY (id)
CONSTRAINT webhooks webhooks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
CONSTRAINT workspaces workspaces_pkey PRIMARY KEY (id)
CREATE INDEX accounts_by_workspace ON public.accounts USING btree (workspace_id, created_at)
CREATE INDEX agent_presences_by_workspace ON public.agent_presences USING btree (workspace_id)
CREATE INDEX agent_presences_here ON public.agent_presences USING btree (effective, lease_until) WHERE (effective <> 'offline'::text)
CREATE INDEX agent_profiles_by_workspace ON public.agent_profiles USING btree (workspace_id)
CREATE INDEX agent_roles_by_role ON public.agent_roles USING btree (role_id)
CREATE INDEX agents_by_login ON public.agents USING btree (login_index)
CREATE INDEX article_feedback_by_article ON public.article_feedback USING btree (article_id, created_at, id)
CREATE INDEX article_feedback_by_workspace ON public.article_feedback USING btree (workspace_id)
CREATE INDEX article_files_by_blob ON public.article_files USING btree (workspace_id, blob_hash)
CREATE INDEX article_questions_by_time ON public.article_questions USING btree (workspace_id, created_at)
CREATE INDEX article_questions_waiting ON public.article_questions USING btree (workspace_id) WHERE is_waiting
CREATE INDEX article_redirects_by_article ON public.article_redirects USING btree (article_id)
CREATE INDEX article_revisions_by_workspace ON public.article_revisions USING btree (workspace_id)
CREATE INDEX article_translations_due ON public.article_translations USING btree (publish_at) WHERE (publish_at IS NOT NULL)
CREATE INDEX article_translations_live ON public.article_translations USING btree (workspace_id, locale) WHERE (live_revision IS NOT NULL)
CREATE INDEX articles_by_category ON public.articles USING btree (category_id) WHERE (category_id IS NOT NULL)
CREATE INDEX articles_by_update ON public.articles USING btree (workspace_id, updated_at, id)
CREATE INDEX articles_to_review ON public.articles USING btree (review_by) WHERE (review_by IS NOT NULL)
CREATE INDEX attachments_by_blob ON public.attachments USING btree (workspace_id, blob_hash)
CREATE INDEX attachments_by_conversation ON public.attachments USING btree (conversation_id)
CREATE INDEX attachments_by_message ON public.attachments USING btree (message_id)
CREATE INDEX attachments_by_thumbnail ON public.attachments USING btree (workspace_id, thumbnail_hash) WHERE (thumbnail_hash IS NOT NULL)
CREATE INDEX attachments_by_uploader ON public.attachments USING btree (workspace_id, uploaded_by, created_at)
CREATE INDEX attachments_unclaimed ON public.attachments USING btree (created_at) WHERE (message_id IS NULL)
CREATE INDEX automation_rules_timed ON public.automation_rules USING btree (workspace_id, id) WHERE ((trigger_kind = 'time'::text) AND is_enabled AND (paused_reason IS NULL))
CREATE INDEX automation_runs_conversation ON public.automation_runs USING btree (conversation_id, at, id)
CREATE INDEX automation_runs_list ON public.automation_runs USING btree (rule_id, at, id)
CREATE INDEX automation_runs_old ON public.automation_runs USING btree (at)
CREATE INDEX automation_runs_outcome ON public.automation_runs USING btree (rule_id, outcome, at, id)
CREATE INDEX avatars_by_blob ON public.avatars USING btree (workspace_id, blob_hash)
CREATE INDEX avatars_retired ON public.avatars USING btree (retired_at) WHERE (retired_at IS NOT NULL)
CREATE INDEX blocks_by_age ON public.blocks USING btree (workspace_id, created_at, id)
CREATE INDEX blocks_by_contact ON public.blocks USING btree (contact_id) WHERE (contact_id IS NOT NULL)
CREATE INDEX blocks_by_end ON public.blocks USING btree (expires_at) WHERE (expires_at IS NOT NULL)
CREATE INDEX bot_codes_by_address ON public.bot_codes USING btree (workspace_id, address_index, sent_at)
CREATE INDEX bot_codes_by_conversation ON public.bot_codes USING btree (conversation_id, sent_at)
CREATE INDEX bot_codes_by_time ON public.bot_codes USING btree (sent_at)
CREATE INDEX bot_flows_by_workspace ON public.bot_flows USING btree (workspace_id, created_at)
CREATE INDEX bot_runs_idle ON public.bot_runs USING btree (idle_at) WHERE (idle_at IS NOT NULL)
CREATE INDEX bots_by_workspace ON public.bots USING btree (workspace_id)
CREATE INDEX case_alarms_due ON public.case_alarms USING btree (at) WHERE (fired_at IS NULL)
CREATE INDEX case_broadcasts_open ON public.case_broadcasts USING btree (created_at) WHERE (done_at IS NULL)
CREATE INDEX case_conversations_by_conversation ON public.case_conversations USING btree (conversation_id)
CREATE INDEX case_history_by_case ON public.case_history USING btree (case_id, at, id)
CREATE INDEX case_index_by_case ON public.case_index USING btree (case_id)
CREATE INDEX case_links_by_target ON public.case_links USING btree (to_id, kind)
CREATE INDEX case_merges_by_target ON public.case_merges USING btree (into_id)
CREATE INDEX case_runs_awaiting ON public.case_runs USING btree (workspace_id, due_at) WHERE is_awaiting
CREATE INDEX case_runs_by_team ON public.case_runs USING btree (team_id, due_at) WHERE (team_id IS NOT NULL)
CREATE INDEX case_task_times_by_time ON public.case_task_times USING btree (workspace_id, answered_at)
CREATE INDEX case_tasks_by_asker ON public.case_tasks USING btree (asked_by, status, due_at, id)
CREATE INDEX case_tasks_by_case ON public.case_tasks USING btree (case_id, asked_at)
CREATE INDEX case_tasks_by_due ON public.case_tasks USING btree (workspace_id, status, due_at, id)
CREATE INDEX case_tasks_by_team ON public.case_tasks USING btree (team_id, status, due_at, id)
CREATE INDEX case_watchers_by_case ON public.case_watchers USING btree (case_id)
CREATE INDEX cases_asked ON public.cases USING btree (asked_id) WHERE (asked_id IS NOT NULL)
CREATE INDEX cases_by_contact ON public.cases USING btree (contact_id, created_at) WHERE (contact_id IS NOT NULL)
CREATE INDEX cases_by_creation ON public.cases USING btree (workspace_id, created_at)
CREATE INDEX cases_by_due ON public.cases USING btree (workspace_id, status, due_rank, id)
CREATE INDEX cases_by_owner ON public.cases USING btree (owner_id, status, due_rank, id)
CREATE INDEX cases_by_team ON public.cases USING btree (team_id, status, due_rank, id) WHERE (team_id IS NOT NULL)
CREATE INDEX cases_by_type ON public.cases USING btree (type_id, created_at)
CREATE INDEX cases_by_update ON public.cases USING btree (workspace_id, status, updated_at, id)
CREATE INDEX cases_merged ON public.cases USING btree (merged_into) WHERE (merged_into IS NOT NULL)
CREATE INDEX complaints_by_received ON public.complaints USING btree (workspace_id, received_at)
CREATE INDEX contact_identities_by_contact ON public.contact_identities USING btree (contact_id)
CREATE INDEX contact_index_by_contact ON public.contact_index USING btree (contact_id)
CREATE INDEX contact_notes_by_contact ON public.contact_notes USING btree (contact_id, created_at)
CREATE INDEX contacts_by_account ON public.contacts USING btree (account_id) WHERE (account_id IS NOT NULL)
CREATE INDEX contacts_by_email ON public.contacts USING btree (workspace_id, email_index)
CREATE INDEX contacts_by_phone ON public.contacts USING btree (workspace_id, phone_index)
CREATE INDEX contacts_by_workspace ON public.contacts USING btree (workspace_id, created_at)
CREATE INDEX conversation_followers_by_agent ON public.conversation_followers USING btree (agent_id)
CREATE INDEX conversation_tags_by_tag ON public.conversation_tags USING btree (tag_id, conversation_id)
CREATE INDEX conversations_by_activity ON public.conversations USING btree (workspace_id, status, last_activity_at, id)
CREATE INDEX conversations_by_assignee ON public.conversations USING btree (assignee_id, status, last_activity_at, id) WHERE (assignee_id IS NOT NULL)
CREATE INDEX conversations_by_assignee_due ON public.conversations USING btree (assignee_id, status, next_due_at, id) WHERE (next_due_at IS NOT NULL)
CREATE INDEX conversations_by_assignee_waiting ON public.conversations USING btree (assignee_id, waiting_since, id) WHERE (waiting_since IS NOT NULL)
CREATE INDEX conversations_by_contact ON public.conversations USING btree (contact_id)
CREATE INDEX conversations_by_due ON public.conversations USING btree (workspace_id, status, next_due_at, id) WHERE (next_due_at IS NOT NULL)
CREATE INDEX conversations_by_inbox ON public.conversations USING btree (inbox_id, status, last_activity_at, id)
CREATE INDEX conversations_by_inbox_due ON public.conversations USING btree (inbox_id, status, next_due_at, id) WHERE (next_due_at IS NOT NULL)
CREATE INDEX conversations_by_inbox_waiting ON public.conversations USING btree (inbox_id, waiting_since, id) WHERE (waiting_since IS NOT NULL)
CREATE INDEX conversations_by_snooze ON public.conversations USING btree (snoozed_until) WHERE (snoozed_until IS NOT NULL)
CREATE INDEX conversations_by_team ON public.conversations USING btree (team_id, status, last_activity_at, id) WHERE (team_id IS NOT NULL)
CREATE INDEX conversations_by_waiting ON public.conversations USING btree (workspace_id, waiting_since, id) WHERE (waiting_since IS NOT NULL)
CREATE INDEX conversations_unassigned ON public.conversations USING btree (inbox_id, status, last_activity_at, id) WHERE (assignee_id IS NULL)
CREATE INDEX deadlines_breached ON public.deadlines USING btree (workspace_id, fired_at) WHERE ((moment = 'breach'::text) AND (fired_at IS NOT NULL))
CREATE INDEX deadlines_due ON public.deadlines USING btree (due_at) WHERE (fired_at IS NULL)
CREATE INDEX events_by_aggregate ON public.events USING btree (aggregate_id, "position")
CREATE INDEX events_unpublished ON public.events USING btree ("position") WHERE (seq IS NULL)
CREATE INDEX evidence_by_attachment ON public.evidence USING btree (attachment_id) WHERE (attachment_id IS NOT NULL)
CREATE INDEX follow_ups_by_case ON public.follow_ups USING btree (case_id, created_at)
CREATE INDEX follow_ups_by_owner ON public.follow_ups USING btree (owner_id, due_at) WHERE (result IS NULL)
CREATE INDEX follow_ups_open ON public.follow_ups USING btree (workspace_id, due_at) WHERE (result IS NULL)
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at)
CREATE INDEX inbox_members_by_agent ON public.inbox_members USING btree (agent_id)
CREATE INDEX invitations_by_workspace ON public.invitations USING btree (workspace_id, created_at)
CREATE INDEX jobs_by_state ON public.jobs USING btree (workspace_id, state, created_at)
CREATE INDEX jobs_done ON public.jobs USING btree (finished_at) WHERE (state = 'done'::text)
CREATE INDEX jobs_due ON public.jobs USING btree (run_at) WHERE (state = 'waiting'::text)
CREATE INDEX jobs_running ON public.jobs USING btree (lease_until) WHERE (state = 'running'::text)
CREATE INDEX knowledge_gaps_by_number ON public.knowledge_gaps USING btree (workspace_id, state, number, id)
CREATE INDEX knowledge_gaps_recent ON public.knowledge_gaps USING btree (workspace_id, locale, last_at)
CREATE INDEX login_sessions_by_agent ON public.login_sessions USING btree (agent_id, created_at)
CREATE INDEX macros_workspace ON public.macros USING btree (workspace_id, created_at)
CREATE INDEX mail_arrivals_due ON public.mail_arrivals USING btree (due_at, id) WHERE (state = 'waiting'::text)
CREATE INDEX mail_arrivals_raw ON public.mail_arrivals USING btree (workspace_id, raw_hash)
CREATE INDEX mails_by_conversation ON public.mails USING btree (conversation_id, created_at)
CREATE INDEX mails_by_id ON public.mails USING btree (workspace_id, id_index) WHERE (id_index IS NOT NULL)
CREATE INDEX mails_due ON public.mails USING btree (mailbox_id, next_attempt_at) WHERE (state = 'waiting'::text)
CREATE INDEX mails_html ON public.mails USING btree (workspace_id, html_hash) WHERE (html_hash IS NOT NULL)
CREATE INDEX mails_raw ON public.mails USING btree (workspace_id, raw_hash) WHERE (raw_hash IS NOT NULL)
CREATE INDEX mentions_by_agent ON public.mentions USING btree (agent_id, created_at)
CREATE INDEX message_index_lexemes ON public.message_index USING gin (lexemes) WITH (fastupdate=off)
CREATE INDEX password_resets_by_agent ON public.password_resets USING btree (agent_id)
CREATE INDEX phrases_by_workspace ON public.phrases USING btree (workspace_id, shortcut)
CREATE INDEX promises_by_conversation ON public.promises USING btree (conversation_id, due_at, id)
CREATE INDEX promises_by_owner ON public.promises USING btree (owner_id, status, due_at, id) WHERE (owner_id IS NOT NULL)
CREATE INDEX promises_by_status ON public.promises USING btree (workspace_id, status, due_at, id)
CREATE INDEX promises_by_workspace ON public.promises USING btree (workspace_id, due_at, id)
CREATE INDEX promises_due ON public.promises USING btree (due_at) WHERE (status = 'open'::text)
CREATE INDEX promises_to_remind ON public.promises USING btree (remind_at) WHERE ((remind_at IS NOT NULL) AND (status = 'open'::text))
CREATE INDEX queue_items_by_agent ON public.queue_items USING btree (agent_id) WHERE ((ended_at IS NULL) AND (agent_id IS NOT NULL))
CREATE INDEX queue_items_by_conversation ON public.queue_items USING btree (conversation_id, entered_at)
CREATE INDEX queue_items_by_entry ON public.queue_items USING btree (workspace_id, entered_at)
CREATE INDEX queue_items_line ON public.queue_items USING btree (queue_id, line_rank, id) WHERE (state = 'waiting'::text)
CREATE INDEX queue_items_open ON public.queue_items USING btree (workspace_id, state) WHERE (ended_at IS NULL)
CREATE INDEX recoveries_by_period ON public.recoveries USING btree (workspace_id, asked_at)
CREATE INDEX recoveries_pending ON public.recoveries USING btree (workspace_id, asked_at) WHERE (status = 'pending'::text)
CREATE INDEX risk_warnings_by_time ON public.risk_warnings USING btree (workspace_id, opened_at)
CREATE INDEX routing_decisions_by_conversation ON public.routing_decisions USING btree (conversation_id, at)
CREATE INDEX saved_views_by_workspace ON public.saved_views USING btree (workspace_id, agent_id)
CREATE INDEX scheduled_message_attachments_by_message ON public.scheduled_message_attachments USING btree (scheduled_message_id)
CREATE INDEX scheduled_messages_due ON public.scheduled_messages USING btree (send_at) WHERE (status = 'waiting'::text)
CREATE INDEX scheduled_messages_finished ON public.scheduled_messages USING btree (conversation_id, finished_at) WHERE (finished_at IS NOT NULL)
CREATE INDEX scheduled_messages_waiting ON public.scheduled_messages USING btree (conversation_id, send_at) WHERE (status = 'waiting'::text)
CREATE INDEX service_notices_by_case ON public.service_notices USING btree (case_id, created_at) WHERE (case_id IS NOT NULL)
CREATE INDEX service_notices_by_contact ON public.service_notices USING btree (contact_id, created_at)
CREATE INDEX service_notices_by_conversation ON public.service_notices USING btree (conversation_id, created_at) WHERE (conversation_id IS NOT NULL)
CREATE INDEX service_notices_by_time ON public.service_notices USING btree (workspace_id, created_at)
CREATE INDEX session_clocks_by_wake ON public.session_clocks USING btree (wakes_at) WHERE (wakes_at IS NOT NULL)
CREATE INDEX sessions_by_contact ON public.sessions USING btree (contact_id, opened_at)
CREATE INDEX sessions_by_inbox ON public.sessions USING btree (inbox_id, opened_at)
CREATE INDEX sessions_by_opening ON public.sessions USING btree (workspace_id, opened_at)
CREATE INDEX sessions_by_rating ON public.sessions USING btree (workspace_id, rated_at) WHERE (rated_at IS NOT NULL)
CREATE INDEX sessions_by_resolution ON public.sessions USING btree (workspace_id, resolved_at, conversation_id) WHERE (resolved_at IS NOT NULL)
CREATE INDEX solution_contacts_by_case ON public.solution_contacts USING btree (case_id, at)
CREATE INDEX standards_by_calendar ON public.standards USING btree (calendar_id) WHERE (calendar_id IS NOT NULL)
CREATE INDEX synonyms_by_workspace ON public.synonyms USING btree (workspace_id)
CREATE INDEX team_members_by_agent ON public.team_members USING btree (agent_id)
CREATE INDEX tokens_by_agent ON public.tokens USING btree (workspace_id, agent_id)
CREATE INDEX visitor_tokens_by_identity ON public.visitor_tokens USING btree (identity_id)
CREATE INDEX webhook_deliveries_failed ON public.webhook_deliveries USING btree (webhook_id, created_at, id) WHERE (state = 'failed'::text)
CREATE INDEX webhook_deliveries_list ON public.webhook_deliveries USING btree (webhook_id, created_at, id)
CREATE INDEX webhook_deliveries_old ON public.webhook_deliveries USING btree (created_at)
CREATE INDEX webhook_deliveries_waiting ON public.webhook_deliveries USING btree (webhook_id, next_at, id) WHERE (state = 'waiting'::text)
CREATE INDEX webhooks_due ON public.webhooks USING btree (next_due_at) WHERE ((next_due_at IS NOT NULL) AND (disabled_reason IS NULL))
CREATE INDEX webhooks_workspace ON public.webhooks USING btree (workspace_id, created_at)
CREATE UNIQUE INDEX access_versions_pkey ON public.access_versions USING btree (workspace_id)
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (id)
CREATE UNIQUE INDEX agent_presences_pkey ON public.agent_presences USING btree (agent_id)
CREATE UNIQUE INDEX agent_profiles_pkey ON public.agent_profiles USING btree (agent_id)
CREATE UNIQUE INDEX agent_roles_pkey ON public.agent_roles USING btree (agent_id, role_id)
CREATE UNIQUE INDEX agents_email ON public.agents USING btree (workspace_id, email_index)
CREATE UNIQUE INDEX agents_pkey ON public.agents USING btree (id)
CREATE UNIQUE INDEX article_categories_pkey ON public.article_categories USING btree (id)
CREATE UNIQUE INDEX article_categories_slug ON public.article_categories USING btree (workspace_id, slug)
CREATE UNIQUE INDEX article_feedback_pkey ON public.article_feedback USING btree (id)
CREATE UNIQUE INDEX article_files_pkey ON public.article_files USING btree (id)
CREATE UNIQUE INDEX article_questions_pkey ON public.article_questions USING btree (id)
CREATE UNIQUE INDEX article_redirects_pkey ON public.article_redirects USING btree (workspace_id, locale, slug)
CREATE UNIQUE INDEX article_revisions_pkey ON public.article_revisions USING btree (article_id, locale, number)
CREATE UNIQUE INDEX article_translations_pkey ON public.article_translations USING btree (article_id, locale)
CREATE UNIQUE INDEX article_translations_slug ON public.article_translations USING btree (workspace_id, locale, slug)
CREATE UNIQUE INDEX articles_pkey ON public.articles USING btree (id)
CREATE UNIQUE INDEX articles_source ON public.articles USING btree (workspace_id, source_id) WHERE (source_id IS NOT NULL)
CREATE UNIQUE INDEX attachments_pkey ON public.attachments USING btree (id)
CREATE UNIQUE INDEX attribute_definitions_key ON public.attribute_definitions USING btree (workspace_id, subject, key)
CREATE UNIQUE INDEX attribute_definitions_pkey ON public.attribute_definitions USING btree (id)
CREATE UNIQUE INDEX audit_log_pkey ON public.audit_log USING btree (workspace_id, number)
CREATE UNIQUE INDEX automation_counters_pkey ON public.automation_counters USING btree (rule_id)
CREATE UNIQUE INDEX automation_rule_versions_pkey ON public.automation_rule_versions USING btree (rule_id, version)
CREATE UNIQUE INDEX automation_rules_name ON public.automation_rules USING btree (workspace_id, name)
CREATE UNIQUE INDEX automation_rules_pkey ON public.automation_rules USING btree (id)
CREATE UNIQUE INDEX automation_runs_event ON public.automation_runs USING btree (event_id, rule_id) WHERE (event_id IS NOT NULL)
CREATE UNIQUE INDEX automation_runs_moment ON public.automation_runs USING btree (rule_id, conversation_id, anchor_at) WHERE (anchor_at IS NOT NULL)
CREATE UNIQUE INDEX automation_runs_pkey ON public.automation_runs USING btree (id)
CREATE UNIQUE INDEX avatars_pkey ON public.avatars USING btree (id)
CREATE UNIQUE INDEX blocks_pkey ON public.blocks USING btree (id)
CREATE UNIQUE INDEX blocks_value ON public.blocks USING btree (workspace_id, kind, value_index)
CREATE UNIQUE INDEX bot_codes_pkey ON public.bot_codes USING btree (id)
CREATE UNIQUE INDEX bot_flow_revisions_pkey ON public.bot_flow_revisions USING btree (flow_id, revision)
CREATE UNIQUE INDEX bot_flow_steps_pkey ON public.bot_flow_steps USING btree (flow_id, step)
CREATE UNIQUE INDEX bot_flows_pkey ON public.bot_flows USING btree (id)
CREATE UNIQUE INDEX bot_opinions_pkey ON public.bot_opinions USING btree (workspace_id, kind, bucket)
CREATE UNIQUE INDEX bot_runs_pkey ON public.bot_runs USING btree (session_id)
CREATE UNIQUE INDEX bot_secrets_pkey ON public.bot_secrets USING btree (workspace_id, name)
CREATE UNIQUE INDEX bots_pkey ON public.bots USING btree (inbox_id)
CREATE UNIQUE INDEX calendars_name ON public.calendars USING btree (workspace_id, name)
CREATE UNIQUE INDEX calendars_pkey ON public.calendars USING btree (id)
CREATE UNIQUE INDEX case_alarms_pkey ON public.case_alarms USING btree (case_id, subject, moment)
CREATE UNIQUE INDEX case_answers_pkey ON public.case_answers USING btree (case_id)
CREATE UNIQUE INDEX case_broadcast_answers_pkey ON public.case_broadcast_answers USING btree (broadcast_id, case_id)
CREATE UNIQUE INDEX case_broadcasts_client ON public.case_broadcasts USING btree (case_id, client_id)
CREATE UNIQUE INDEX case_broadcasts_pkey ON public.case_broadcasts USING btree (id)
CREATE UNIQUE INDEX case_conversations_pkey ON public.case_conversations USING btree (case_id, conversation_id)
CREATE UNIQUE INDEX case_history_pkey ON public.case_history USING btree (id)
CREATE UNIQUE INDEX case_index_pkey ON public.case_index USING btree (workspace_id, term, case_id)
CREATE UNIQUE INDEX case_links_pkey ON public.case_links USING btree (from_id, to_id, kind)
CREATE UNIQUE INDEX case_merges_in_force ON public.case_merges USING btree (from_id) WHERE (undone_at IS NULL)
CREATE UNIQUE INDEX case_merges_pkey ON public.case_merges USING btree (id)
CREATE UNIQUE INDEX case_runs_pkey ON public.case_runs USING btree (case_id)
CREATE UNIQUE INDEX case_settings_pkey ON public.case_settings USING btree (workspace_id, kind)
CREATE UNIQUE INDEX case_task_times_pkey ON public.case_task_times USING btree (task_id, team_id)
CREATE UNIQUE INDEX case_tasks_pkey ON public.case_tasks USING btree (id)
CREATE UNIQUE INDEX case_type_versions_pkey ON public.case_type_versions USING btree (type_id, number)
CREATE UNIQUE INDEX case_types_key ON public.case_types USING btree (workspace_id, key)
CREATE UNIQUE INDEX case_types_pkey ON public.case_types USING btree (id)
CREATE UNIQUE INDEX case_watchers_pkey ON public.case_watchers USING btree (agent_id, case_id)
CREATE UNIQUE INDEX cases_number ON public.cases USING btree (workspace_id, number)
CREATE UNIQUE INDEX cases_pkey ON public.cases USING btree (id)
CREATE UNIQUE INDEX complaints_pkey ON public.complaints USING btree (case_id)
CREATE UNIQUE INDEX contact_identities_external ON public.contact_identities USING btree (inbox_id, external_index)
CREATE UNIQUE INDEX contact_identities_pkey ON public.contact_identities USING btree (id)
CREATE UNIQUE INDEX contact_index_pkey ON public.contact_index USING btree (workspace_id, term, contact_id)
CREATE UNIQUE INDEX contact_notes_pkey ON public.contact_notes USING btree (id)
CREATE UNIQUE INDEX contacts_pkey ON public.contacts USING btree (id)
CREATE UNIQUE INDEX conversation_counters_pkey ON public.conversation_counters USING btree (workspace_id, scope, scope_id, status)
CREATE UNIQUE INDEX conversation_followers_pkey ON public.conversation_followers USING btree (conversation_id, agent_id)
CREATE UNIQUE INDEX conversation_tags_pkey ON public.conversation_tags USING btree (conversation_id, tag_id)
CREATE UNIQUE INDEX conversations_identity ON public.conversations USING btree (inbox_id, identity_id) WHERE (channel <> 'email'::text)
CREATE UNIQUE INDEX conversations_number ON public.conversations USING btree (workspace_id, number)
CREATE UNIQUE INDEX conversations_pkey ON public.conversations USING btree (id)
CREATE UNIQUE INDEX data_keys_pkey ON public.data_keys USING btree (workspace_id, purpose, number)
CREATE UNIQUE INDEX deadlines_pkey ON public.deadlines USING btree (session_id, metric, round, moment)
CREATE UNIQUE INDEX event_counters_pkey ON public.event_counters USING btree (workspace_id)
CREATE UNIQUE INDEX events_pkey ON public.events USING btree ("position")
CREATE UNIQUE INDEX events_seq ON public.events USING btree (workspace_id, seq) WHERE (seq IS NOT NULL)
CREATE UNIQUE INDEX evidence_by_case ON public.evidence USING btree (case_id, number)
CREATE UNIQUE INDEX evidence_contents_pkey ON public.evidence_contents USING btree (evidence_id)
CREATE UNIQUE INDEX evidence_heads_pkey ON public.evidence_heads USING btree (case_id)
CREATE UNIQUE INDEX evidence_pkey ON public.evidence USING btree (id)
CREATE UNIQUE INDEX follow_ups_pkey ON public.follow_ups USING btree (id)
CREATE UNIQUE INDEX glossary_terms_pkey ON public.glossary_terms USING btree (id)
CREATE UNIQUE INDEX glossary_terms_term ON public.glossary_terms USING btree (workspace_id, locale, term)
CREATE UNIQUE INDEX help_centres_domain ON public.help_centres USING btree (domain) WHERE (domain IS NOT NULL)
CREATE UNIQUE INDEX help_centres_pkey ON public.help_centres USING btree (workspace_id)
CREATE UNIQUE INDEX idempotency_keys_pkey ON public.idempotency_keys USING btree (workspace_id, principal, key)
CREATE UNIQUE INDEX inbox_members_pkey ON public.inbox_members USING btree (inbox_id, agent_id)
CREATE UNIQUE INDEX inbox_secrets_key_id ON public.inbox_secrets USING btree (inbox_id, key_id)
CREATE UNIQUE INDEX inbox_secrets_pkey ON public.inbox_secrets USING btree (id)
CREATE UNIQUE INDEX inboxes_key ON public.inboxes USING btree (key)
CREATE UNIQUE INDEX inboxes_number ON public.inboxes USING btree (workspace_id, number)
CREATE UNIQUE INDEX inboxes_pkey ON public.inboxes USING btree (id)
CREATE UNIQUE INDEX invitations_pkey ON public.invitations USING btree (id)
CREATE UNIQUE INDEX invitations_token ON public.invitations USING btree (token_hash)
CREATE UNIQUE INDEX jobs_pkey ON public.jobs USING btree (id)
CREATE UNIQUE INDEX jobs_unique_key ON public.jobs USING btree (name, unique_key) WHERE ((unique_key IS NOT NULL) AND (state = 'waiting'::text))
CREATE UNIQUE INDEX knowledge_gaps_pkey ON public.knowledge_gaps USING btree (id)
CREATE UNIQUE INDEX knowledge_states_pkey ON public.knowledge_states USING btree (workspace_id)
CREATE UNIQUE INDEX leases_pkey ON public.leases USING btree (name)
CREATE UNIQUE INDEX login_failures_pkey ON public.login_failures USING btree (key_hash)
CREATE UNIQUE INDEX login_sessions_pkey ON public.login_sessions USING btree (id)
CREATE UNIQUE INDEX login_sessions_token ON public.login_sessions USING btree (token_hash)
CREATE UNIQUE INDEX macros_pkey ON public.macros USING btree (id)
CREATE UNIQUE INDEX mail_arrivals_fingerprint ON public.mail_arrivals USING btree (mailbox_id, fingerprint) WHERE (fingerprint IS NOT NULL)
CREATE UNIQUE INDEX mail_arrivals_pkey ON public.mail_arrivals USING btree (id)
CREATE UNIQUE INDEX mail_arrivals_uid ON public.mail_arrivals USING btree (mailbox_id, uid_validity, uid)
CREATE UNIQUE INDEX mail_participants_pkey ON public.mail_participants USING btree (conversation_id, address_index)
CREATE UNIQUE INDEX mail_picture_senders_pkey ON public.mail_picture_senders USING btree (workspace_id, address_index)
CREATE UNIQUE INDEX mail_senders_pkey ON public.mail_senders USING btree (workspace_id, address_index)
CREATE UNIQUE INDEX mail_threads_pkey ON public.mail_threads USING btree (conversation_id)
CREATE UNIQUE INDEX mailbox_states_pkey ON public.mailbox_states USING btree (mailbox_id)
CREATE UNIQUE INDEX mailboxes_address ON public.mailboxes USING btree (workspace_id, address) WHERE (removed_at IS NULL)
CREATE UNIQUE INDEX mailboxes_inbox ON public.mailboxes USING btree (inbox_id) WHERE (removed_at IS NULL)
CREATE UNIQUE INDEX mailboxes_pkey ON public.mailboxes USING btree (id)
CREATE UNIQUE INDEX mails_pkey ON public.mails USING btree (message_id)
CREATE UNIQUE INDEX mentions_pkey ON public.mentions USING btree (message_id, agent_id)
CREATE UNIQUE INDEX message_drafts_pkey ON public.message_drafts USING btree (conversation_id, agent_id, kind)
CREATE UNIQUE INDEX message_index_pkey ON public.message_index USING btree ("position")
CREATE UNIQUE INDEX messages_client ON public.messages USING btree (conversation_id, author_kind, client_id) WHERE (client_id IS NOT NULL)
CREATE UNIQUE INDEX messages_id ON public.messages USING btree (id)
CREATE UNIQUE INDEX messages_pkey ON public.messages USING btree ("position")
CREATE UNIQUE INDEX messages_seq ON public.messages USING btree (conversation_id, seq)
CREATE UNIQUE INDEX number_counters_pkey ON public.number_counters USING btree (workspace_id, name)
CREATE UNIQUE INDEX password_resets_pkey ON public.password_resets USING btree (id)
CREATE UNIQUE INDEX password_resets_token ON public.password_resets USING btree (token_hash)
CREATE UNIQUE INDEX phrases_pkey ON public.phrases USING btree (id)
CREATE UNIQUE INDEX promises_pkey ON public.promises USING btree (id)
CREATE UNIQUE INDEX queue_items_pkey ON public.queue_items USING btree (id)
CREATE UNIQUE INDEX queue_items_session ON public.queue_items USING btree (session_id) WHERE (ended_at IS NULL)
CREATE UNIQUE INDEX queues_name ON public.queues USING btree (workspace_id, name)
CREATE UNIQUE INDEX queues_pkey ON public.queues USING btree (id)
CREATE UNIQUE INDEX reactor_cursors_pkey ON public.reactor_cursors USING btree (name, workspace_id)
CREATE UNIQUE INDEX recoveries_by_case ON public.recoveries USING btree (case_id, place)
CREATE UNIQUE INDEX recoveries_pkey ON public.recoveries USING btree (id)
CREATE UNIQUE INDEX recovery_budgets_pkey ON public.recovery_budgets USING btree (workspace_id, scope, period)
CREATE UNIQUE INDEX recovery_codes_pkey ON public.recovery_codes USING btree (agent_id, code_hash)
CREATE UNIQUE INDEX risk_warnings_open ON public.risk_warnings USING btree (workspace_id, kind, subject) WHERE (closed_at IS NULL)
CREATE UNIQUE INDEX risk_warnings_pkey ON public.risk_warnings USING btree (id)
CREATE UNIQUE INDEX roles_name ON public.roles USING btree (workspace_id, name)
CREATE UNIQUE INDEX roles_pkey ON public.roles USING btree (id)
CREATE UNIQUE INDEX routing_decisions_pkey ON public.routing_decisions USING btree (id)
CREATE UNIQUE INDEX saved_views_pkey ON public.saved_views USING btree (id)
CREATE UNIQUE INDEX scheduled_message_attachments_pkey ON public.scheduled_message_attachments USING btree (attachment_id)
CREATE UNIQUE INDEX scheduled_messages_client_id ON public.scheduled_messages USING btree (conversation_id, author_id, client_id)
CREATE UNIQUE INDEX scheduled_messages_pkey ON public.scheduled_messages USING btree (id)
CREATE UNIQUE INDEX schema_migrations_pkey ON public.schema_migrations USING btree (version)
CREATE UNIQUE INDEX service_notices_client ON public.service_notices USING btree (workspace_id, made_by, client_id)
CREATE UNIQUE INDEX service_notices_pkey ON public.service_notices USING btree (id)
CREATE UNIQUE INDEX session_clocks_pkey ON public.session_clocks USING btree (session_id)
CREATE UNIQUE INDEX sessions_number ON public.sessions USING btree (conversation_id, number)
CREATE UNIQUE INDEX sessions_open ON public.sessions USING btree (conversation_id) WHERE (resolved_at IS NULL)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (id)
CREATE UNIQUE INDEX skills_name ON public.skills USING btree (workspace_id, name)
CREATE UNIQUE INDEX skills_pkey ON public.skills USING btree (id)
CREATE UNIQUE INDEX solution_contacts_pkey ON public.solution_contacts USING btree (id)
CREATE UNIQUE INDEX standards_name ON public.standards USING btree (workspace_id, name)
CREATE UNIQUE INDEX standards_pkey ON public.standards USING btree (id)
CREATE UNIQUE INDEX synonyms_pkey ON public.synonyms USING btree (id)
CREATE UNIQUE INDEX tags_name ON public.tags USING btree (workspace_id, name)
CREATE UNIQUE INDEX tags_pkey ON public.tags USING btree (id)
CREATE UNIQUE INDEX team_members_pkey ON public.team_members USING btree (team_id, agent_id)
CREATE UNIQUE INDEX teams_name ON public.teams USING btree (workspace_id, name)
CREATE UNIQUE INDEX teams_pkey ON public.teams USING btree (id)
CREATE UNIQUE INDEX tokens_hash ON public.tokens USING btree (token_hash)
CREATE UNIQUE INDEX tokens_pkey ON public.tokens USING btree (id)
CREATE UNIQUE INDEX visitor_tokens_hash ON public.visitor_tokens USING btree (token_hash)
CREATE UNIQUE INDEX visitor_tokens_pkey ON public.visitor_tokens USING btree (id)
CREATE UNIQUE INDEX webhook_attempts_pkey ON public.webhook_attempts USING btree (delivery_id, number)
CREATE UNIQUE INDEX webhook_deliveries_event ON public.webhook_deliveries USING btree (webhook_id, event_seq) WHERE (event_seq IS NOT NULL)
CREATE UNIQUE INDEX webhook_deliveries_pkey ON public.webhook_deliveries USING btree (id)
CREATE UNIQUE INDEX webhooks_channel ON public.webhooks USING btree (inbox_id) WHERE (purpose = 'channel'::text)
CREATE UNIQUE INDEX webhooks_pkey ON public.webhooks USING btree (id)
CREATE UNIQUE INDEX workspaces_pkey ON public.workspaces USING btree (id)
CREATE UNIQUE INDEX workspaces_slug ON public.workspaces USING btree (slug)
