//! Every limit by name. Each is a promise: a use case refuses what is beyond, with an
//! error that names the limit, and the database never sees it.

use std::time::Duration;

/// Longest message text, in bytes of UTF-8.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Longest message text, in characters; always within [`MESSAGE_BYTES_MAX`].
pub const MESSAGE_CHARS_MAX: usize = MESSAGE_BYTES_MAX / 4;
/// Messages of one conversation that wait to be sent.
pub const SCHEDULED_MESSAGES_MAX: usize = 20;
/// How far ahead a message may be scheduled: 366 days.
pub const SCHEDULE_AHEAD_MAX: Duration = Duration::from_hours(8784);
/// Longest client id of a send.
pub const CLIENT_ID_BYTES_MAX: usize = 64;
/// Attachments of one message.
pub const MESSAGE_ATTACHMENTS_MAX: usize = 10;
/// Mentions in one note.
pub const MESSAGE_MENTIONS_MAX: usize = 20;
/// Length of the preview in a list row, in characters.
pub const PREVIEW_CHARS_MAX: usize = 140;
/// Length of an extract in a list of search results, in characters.
pub const SNIPPET_CHARS_MAX: usize = 120;
/// How long the author may edit or recall a message.
pub const MESSAGE_EDIT_WINDOW: Duration = Duration::from_mins(15);

/// Default size of a page.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// Largest size of a page.
pub const PAGE_SIZE_MAX: u32 = 100;

/// Longest name of anything people name.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest e-mail address (RFC 5321 §4.5.3.1).
pub const EMAIL_BYTES_MAX: usize = 254;
/// Custom attributes on a contact.
pub const CONTACT_ATTRIBUTES_MAX: usize = 100;
/// Longest value of a custom attribute, in bytes.
pub const ATTRIBUTE_VALUE_BYTES_MAX: usize = 2 * 1024;
/// Longest key of a custom attribute.
pub const ATTRIBUTE_KEY_BYTES_MAX: usize = 64;
/// Definitions of custom attributes in a workspace.
pub const ATTRIBUTES_MAX: usize = 100;
/// Choices of one custom attribute.
pub const ATTRIBUTE_OPTIONS_MAX: usize = 100;
/// Conditions of one saved view.
pub const VIEW_CONDITIONS_MAX: usize = 12;
/// Values one condition of a view compares with.
pub const VIEW_VALUES_MAX: usize = 50;
/// Most days a condition of a view looks back.
pub const VIEW_DAYS_MAX: u32 = 3660;
/// Longest waiting time a condition of a view asks for, in seconds.
pub const VIEW_WAITING_S_MAX: u64 = 366 * 24 * 3600;
/// Saved views of one agent, and shared views of a workspace.
pub const VIEWS_MAX: usize = 100;
/// Longest reason of a block, in characters.
pub const BLOCK_REASON_CHARS_MAX: usize = 500;
/// Networks on the block list of a workspace: every visitor's address is compared with
/// them.
pub const BLOCKED_NETWORKS_MAX: usize = 5000;
/// Longest page address, title or referrer a widget may report, in bytes.
pub const PAGE_CONTEXT_BYTES_MAX: usize = 1024;
/// Longest comment with a rating, in characters.
pub const RATING_COMMENT_CHARS_MAX: usize = 2000;
/// Earlier opinions that are kept when a rating is changed.
pub const RATING_CHANGES_MAX: usize = 20;
/// Longest time in which a contact is not asked for a rating again, in days.
pub const RATING_COOLDOWN_DAYS_MAX: u16 = 90;
/// Longest phrase, in bytes.
pub const PHRASE_BYTES_MAX: usize = 8 * 1024;
/// Tags on a conversation.
pub const CONVERSATION_TAGS_MAX: usize = 30;
/// Conversations in one bulk action.
pub const BULK_CONVERSATIONS_MAX: usize = 200;
/// Allowed domains of one inbox.
pub const ALLOWED_DOMAINS_MAX: usize = 50;

/// Largest uploaded file.
pub const ATTACHMENT_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// Largest picture, in pixels (width × height), before anything is decoded.
pub const IMAGE_PIXELS_MAX: u64 = 40_000_000;
/// Most pixels of all pictures of an animation together.
pub const ANIMATION_PIXELS_MAX: u64 = 20_000_000;
/// Bytes a visitor may upload within [`UPLOAD_WINDOW`].
pub const VISITOR_UPLOAD_BYTES_MAX: i64 = 200 * 1024 * 1024;
/// Bytes an agent or an app may upload within [`UPLOAD_WINDOW`].
pub const AGENT_UPLOAD_BYTES_MAX: i64 = 4 * 1024 * 1024 * 1024;
/// The time over which uploads are counted.
pub const UPLOAD_WINDOW: Duration = Duration::from_hours(24);
/// How long an uploaded file that no message has taken is kept.
pub const UNSENT_FILE_LIFETIME: Duration = Duration::from_hours(24);
/// Longest edge of a thumbnail, in pixels.
pub const THUMBNAIL_EDGE_PX: u32 = 480;
/// Largest picture that may be uploaded as an avatar.
pub const AVATAR_BYTES_MAX: u64 = 5 * 1024 * 1024;
/// Edge of an avatar as it is kept, in pixels.
pub const AVATAR_EDGE_PX: u32 = 256;
/// Longest file name, in bytes.
pub const FILE_NAME_BYTES_MAX: usize = 200;

/// How deep one event may cause another: a rule that feeds itself stops here.
pub const CAUSE_DEPTH_MAX: usize = 16;
/// Attempts of a job before it is put aside for a person.
pub const JOB_ATTEMPTS_MAX: u32 = 12;
/// Events a reconnecting client may catch up on before it is told to start afresh.
pub const CATCH_UP_EVENTS_MAX: u32 = 2000;
/// Messages a reconnecting visitor may catch up on before starting afresh.
pub const CATCH_UP_MESSAGES_MAX: u32 = 200;

/// First response on a live channel when nothing else is set.
pub const FIRST_RESPONSE_DEFAULT: Duration = Duration::from_secs(30);
/// How long the widget may give a rating after a session was resolved, and how long any
/// rating may be changed after it was first given.
pub const RATING_WINDOW: Duration = Duration::from_hours(168);
/// How long a link to the rating page is valid.
pub const RATING_LINK_LIFETIME: Duration = Duration::from_hours(720);
/// How long an unused visitor token lives.
pub const VISITOR_TOKEN_LIFETIME: Duration = Duration::from_hours(4320);
/// Longest life of a signed identity (JWT) from its issue.
pub const IDENTITY_TOKEN_LIFETIME_MAX: Duration = Duration::from_mins(15);
/// Largest settings document of an agent's console, in bytes.
pub const PREFERENCES_BYTES_MAX: usize = 16 * 1024;
/// Live tokens of one agent, and of all apps together.
pub const TOKENS_MAX: usize = 100;

/// Skills one piece of work may need.
pub const ITEM_SKILLS_MAX: usize = 8;
/// Steps of relaxation of one queue.
pub const EASE_STEPS_MAX: usize = 8;
/// Most waiting time a customer is given in advance, all credits together: the longest
/// that anybody can be overtaken.
pub const QUEUE_CREDIT_MAX: Duration = Duration::from_hours(24);
/// Runners-up named in the explanation of a routing decision.
pub const CANDIDATES_SHOWN_MAX: usize = 4;
/// Kinds of work a router remembers at once; kinds nobody waits for are forgotten beyond.
pub const ROUTING_CLASSES_MAX: usize = 2048;
/// Intervals of the week of a calendar.
pub const CALENDAR_INTERVALS_MAX: usize = 70;
/// Holidays of a calendar.
pub const CALENDAR_HOLIDAYS_MAX: usize = 100;
/// Single days of a calendar that differ from its rules.
pub const CALENDAR_EXCEPTIONS_MAX: usize = 2000;
/// Largest calendar file that is read, in bytes.
pub const ICAL_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Longest event of a calendar file that counts as a holiday, in days.
pub const ICAL_EVENT_DAYS_MAX: i32 = 60;
/// Targets of one service standard.
pub const STANDARD_TARGETS_MAX: usize = 10;
/// Actions of one service standard.
pub const STANDARD_ACTIONS_MAX: usize = 20;
/// Stretches of running time one clock keeps apart; older ones are joined.
pub const CLOCK_STRETCHES_MAX: usize = 256;
/// Service standards of a workspace: each opening of a session looks at all of them.
pub const STANDARDS_MAX: usize = 100;
/// Business calendars of a workspace.
pub const CALENDARS_MAX: usize = 200;
/// Stays in steps that are kept of one session; of more, the oldest are forgotten.
pub const VISITS_MAX: usize = 200;
/// Promises of one conversation that are open or broken.
pub const PROMISES_MAX: usize = 50;
/// Longest text of a promise, in characters.
pub const PROMISE_TEXT_CHARS_MAX: usize = 500;
/// How far ahead a promise may lie: 366 days.
pub const PROMISE_AHEAD_MAX: Duration = Duration::from_hours(8784);

/// Longest title of a case, in characters.
pub const CASE_TITLE_CHARS_MAX: usize = 200;
/// Longest text about a case: a reason, a question, an answer, a script; in characters.
pub const CASE_TEXT_CHARS_MAX: usize = 4000;
/// Agents who watch one case.
pub const CASE_WATCHERS_MAX: usize = 50;
/// Labels over the categories of status.
pub const CASE_LABELS_MAX: usize = 40;
/// Fields of one form.
pub const FORM_FIELDS_MAX: usize = 60;
/// How deep conditions of a form may lie in each other.
pub const FORM_CONDITION_DEPTH_MAX: usize = 4;
/// Longest answer of several lines, in characters.
pub const FORM_TEXT_CHARS_MAX: usize = 4000;
/// Steps of one procedure.
pub const PROCEDURE_STEPS_MAX: usize = 60;
/// Ways on from one step.
pub const STEP_OUTCOMES_MAX: usize = 12;
/// Points on the checklist of one step.
pub const STEP_CHECKLIST_MAX: usize = 20;
/// Stays in steps of one case: a procedure that goes round so often needs a person.
pub const STEP_VISITS_MAX: usize = 200;
/// Levels of one approval.
pub const APPROVAL_LEVELS_MAX: usize = 5;
/// Shortest and longest time a step, a task or a reply may take, in seconds: a minute to
/// 366 days.
pub const TIME_LIMIT_S: std::ops::RangeInclusive<u32> = 60..=366 * 24 * 3600;
/// Rungs of one ladder of escalation.
pub const LADDER_RUNGS_MAX: usize = 6;
/// Children of one parent case.
pub const CASE_CHILDREN_MAX: usize = 10_000;
/// Links of one case other than to its children.
pub const CASE_LINKS_MAX: usize = 200;
/// Status reports with a later deadline that a team may give on one task by itself.
pub const TASK_STATUS_REPORTS_MAX: usize = 2;
/// Gestures of service recovery on one case.
pub const CASE_GESTURES_MAX: usize = 50;
/// Gestures of one catalogue.
pub const CATALOGUE_GESTURES_MAX: usize = 200;
/// Largest sum of money, in minor units: far below overflow of any sum of a catalogue.
pub const MONEY_MINOR_MAX: i64 = 1_000_000_000_000_000;
/// Entries in the evidence of one case.
pub const EVIDENCE_ENTRIES_MAX: usize = 2000;
/// Attempts to reach a customer that are kept of one follow-up.
pub const FOLLOW_UP_ATTEMPTS_MAX: usize = 50;

/// Longest name of an article or a category in an address, in bytes.
pub const PAGE_SLUG_BYTES_MAX: usize = 96;
/// Longest title of an article, in characters.
pub const ARTICLE_TITLE_CHARS_MAX: usize = 200;
/// Longest summary of an article, in characters.
pub const ARTICLE_SUMMARY_CHARS_MAX: usize = 500;
/// Longest text of an article, in bytes.
pub const ARTICLE_BODY_BYTES_MAX: usize = 128 * 1024;
/// Tags on an article.
pub const ARTICLE_TAGS_MAX: usize = 20;
/// Longest tag of an article, in characters.
pub const ARTICLE_TAG_CHARS_MAX: usize = 40;
/// Longest comment of a reader, in characters.
pub const ARTICLE_COMMENT_CHARS_MAX: usize = 1000;
/// Articles of a workspace: all that are published are held in memory for search.
pub const ARTICLES_MAX: usize = 10_000;
/// Longest id of an article where it was imported from, in characters.
pub const ARTICLE_SOURCE_ID_CHARS_MAX: usize = 180;
/// Rows of one import.
pub const IMPORT_ROWS_MAX: usize = 500;
/// Files of one import, in bytes all together.
pub const IMPORT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Ways in which a gap was asked that are kept besides the first.
pub const GAP_EXAMPLES_MAX: usize = 10;
/// How long it is known what readers looked for.
pub const ARTICLE_QUESTIONS_KEPT: Duration = Duration::from_hours(400 * 24);
/// Farthest time for which a text is scheduled.
pub const ARTICLE_SCHEDULE_MAX: Duration = Duration::from_hours(366 * 24);
/// Categories of a workspace.
pub const ARTICLE_CATEGORIES_MAX: usize = 200;
/// Groups of synonyms of a workspace.
pub const SYNONYMS_MAX: usize = 500;
/// Words of one group of synonyms.
pub const SYNONYM_WORDS_MAX: usize = 20;
/// Longest word of a group of synonyms, in characters.
pub const SYNONYM_CHARS_MAX: usize = 40;
/// Terms of a glossary.
pub const GLOSSARY_TERMS_MAX: usize = 2_000;
/// Longest word of a glossary, in characters.
pub const GLOSSARY_WORD_CHARS_MAX: usize = 60;
/// Longest explanation of a word, in characters.
pub const GLOSSARY_EXPLANATION_CHARS_MAX: usize = 400;
/// Words of one term that are to be avoided.
pub const GLOSSARY_AVOID_MAX: usize = 20;
/// Longest text in which words of the glossary are looked for, in characters.
pub const GLOSSARY_TEXT_CHARS_MAX: usize = 10_000;
/// Files of the articles of a workspace.
pub const ARTICLE_FILES_MAX: i64 = 20_000;
/// Their bytes in all: 10 GiB.
pub const ARTICLE_FILES_BYTES_MAX: i64 = 10 * 1024 * 1024 * 1024;
/// Longest question a search takes, in characters; the rest is left out.
pub const ARTICLE_QUESTION_CHARS_MAX: usize = 300;
/// Results of one search in articles.
pub const ARTICLE_RESULTS_MAX: usize = 50;
/// Addresses of one mail of ours.
pub const MAIL_RECIPIENTS_MAX: usize = 50;
/// Longest subject of a mail of ours, in characters.
pub const MAIL_SUBJECT_CHARS_MAX: usize = 200;
/// What is kept of the quoted part of a mail, in bytes; the original has all of it.
pub const MAIL_QUOTED_BYTES_MAX: usize = 64 * 1024;
/// Addresses, subjects and Message-IDs kept of the head of a mail.
pub const MAIL_HEAD_ENTRIES_MAX: usize = 200;
/// Longest signature or automatic answer of a mailbox, in characters.
pub const MAILBOX_TEXT_CHARS_MAX: usize = 4_000;
/// Servers whose word about senders counts.
pub const TRUSTED_SERVERS_MAX: usize = 20;
/// Mailboxes of a workspace.
pub const MAILBOXES_MAX: usize = 200;
/// Attempts to read a mail before it waits for a person.
pub const MAIL_READ_ATTEMPTS_MAX: u32 = 8;
/// Webhooks of one workspace.
pub const WEBHOOKS_MAX: usize = 50;
/// Longest name of a webhook.
pub const WEBHOOK_NAME_CHARS_MAX: usize = 80;
/// Longest address of a webhook.
pub const WEBHOOK_URL_BYTES_MAX: usize = 2_048;
/// Event types and groups of one webhook.
pub const WEBHOOK_EVENT_TYPES_MAX: usize = 60;
/// How long a delivery is kept after it was made.
pub const WEBHOOK_DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);
/// Bytes of an answer that are kept.
pub const WEBHOOK_ANSWER_BYTES_MAX: usize = 4_096;
/// Deliveries replayed by one request.
pub const WEBHOOK_REPLAY_MAX: u32 = 1_000;
/// Automation rules of a workspace.
pub const AUTOMATION_RULES_MAX: usize = 100;
/// Conditions of one rule.
pub const AUTOMATION_LEAVES_MAX: usize = 30;
/// How deep conditions of a rule are nested.
pub const AUTOMATION_DEPTH_MAX: usize = 4;
/// Actions of one rule or macro.
pub const AUTOMATION_ACTIONS_MAX: usize = 10;
/// Words of one condition about a message.
pub const AUTOMATION_WORDS_MAX: usize = 30;
/// Longest word of a condition about a message, in characters.
pub const AUTOMATION_WORD_CHARS_MAX: usize = 60;
/// Spans of one condition about the time of day.
pub const AUTOMATION_SPANS_MAX: usize = 10;
/// Inboxes or teams of the scope of a rule.
pub const AUTOMATION_SCOPE_MAX: usize = 50;
/// Longest time a rule waits or snoozes, in minutes: 90 days.
pub const AUTOMATION_MINUTES_MAX: u32 = 129_600;
/// Rules that may act because of each other, one after the other.
pub const AUTOMATION_CHAIN_MAX: usize = 5;
/// Times a rule acts in one conversation within [`AUTOMATION_CONVERSATION_PERIOD`].
pub const AUTOMATION_CONVERSATION_RUNS_MAX: u32 = 10;
/// See [`AUTOMATION_CONVERSATION_RUNS_MAX`].
pub const AUTOMATION_CONVERSATION_PERIOD: Duration = Duration::from_hours(1);
/// Largest number of runs an hour a rule can be given.
pub const AUTOMATION_HOUR_MAX: u32 = 10_000;
/// Largest number of runs a day a rule can be given.
pub const AUTOMATION_DAY_MAX: u32 = 100_000;
/// Runs in which nothing matched that are kept for each rule an hour.
pub const AUTOMATION_UNMATCHED_MAX: u32 = 100;
/// Failed runs in a row after which a rule is paused.
pub const AUTOMATION_FAILURES_MAX: u32 = 20;
/// How long it is known what rules did.
pub const AUTOMATION_RUNS_KEPT: Duration = Duration::from_hours(30 * 24);
/// Sessions a dry run looks at.
pub const AUTOMATION_DRY_RUN_MAX: u32 = 2_000;
/// Days a dry run looks back.
pub const AUTOMATION_DRY_RUN_DAYS_MAX: u32 = 90;
/// Sessions a dry run shows.
pub const AUTOMATION_SAMPLE_MAX: usize = 10;
/// Macros of a workspace.
pub const MACROS_MAX: usize = 200;
/// Longest description of a macro, in characters.
pub const MACRO_DESCRIPTION_CHARS_MAX: usize = 300;

/// Longest name of the bot, in characters.
pub const BOT_NAME_CHARS_MAX: usize = 40;
/// Most questions without an answer until the bot hands over.
pub const BOT_TRIES_MAX: u8 = 5;
/// Shortest and longest silence after which a session with the bot ends, in minutes.
pub const BOT_IDLE_MINUTES_MIN: u16 = 5;
/// See [`BOT_IDLE_MINUTES_MIN`].
pub const BOT_IDLE_MINUTES_MAX: u16 = 24 * 60;
/// Questions that the test bench of the bot plays at once.
pub const BOT_REPLAY_MAX: u32 = 300;
/// Flows of a workspace.
pub const BOT_FLOWS_MAX: usize = 100;
/// Bytes of a flow as JSON.
pub const FLOW_BYTES_MAX: usize = 64 * 1024;
/// Steps of a flow.
pub const FLOW_STEPS_MAX: usize = 100;
/// Texts with which customers begin a flow.
pub const FLOW_TRIGGERS_MAX: usize = 50;
/// Longest text of a flow, in characters.
pub const FLOW_TEXT_CHARS_MAX: usize = 1_000;
/// Answers that can be picked of one question.
pub const FLOW_BUTTONS_MAX: usize = 10;
/// Questions of a form, and fields of a call.
pub const FLOW_FIELDS_MAX: usize = 20;
/// Branches of a condition.
pub const FLOW_BRANCHES_MAX: usize = 10;
/// Steps one after the other without an answer of the customer.
pub const FLOW_WAY_MAX: usize = 25;
/// Steps of one customer in a flow; beyond, a person goes on.
pub const FLOW_TAKEN_MAX: u32 = 200;
/// How often a question is asked again before a person goes on.
pub const FLOW_TRIES_MAX: u8 = 2;
/// Entries in the catalogue of notices.
pub const NOTICE_ENTRIES_MAX: usize = 200;
/// Characters of the key of a notice.
pub const NOTICE_KEY_CHARS_MAX: usize = 60;
/// Characters of the name of a notice.
pub const NOTICE_NAME_CHARS_MAX: usize = 80;
/// Characters of the text of a notice.
pub const NOTICE_TEXT_CHARS_MAX: usize = 2000;
/// Days after which a customer is told the same notice again, at most.
pub const NOTICE_REPEAT_DAYS_MAX: u32 = 3650;
/// Secrets of flows in a workspace.
pub const BOT_SECRETS_MAX: usize = 50;
/// Longest secret of a flow, in bytes.
pub const BOT_SECRET_BYTES_MAX: usize = 4_096;
