/**
 * Typed ids. The tag is optional, so a plain string from the wire fits,
 * but an id of one kind is never accepted where another kind is wanted.
 */
type Id<Kind extends string> = string & { readonly __kind?: Kind };

export type WorkspaceId = Id<'workspace'>;
export type AgentId = Id<'agent'>;
export type TeamId = Id<'team'>;
export type RoleId = Id<'role'>;
export type InboxId = Id<'inbox'>;
export type AccountId = Id<'account'>;
export type ContactId = Id<'contact'>;
export type ConversationId = Id<'conversation'>;
export type SessionId = Id<'session'>;
export type MessageId = Id<'message'>;
export type AttachmentId = Id<'attachment'>;
export type TagId = Id<'tag'>;
export type PhraseId = Id<'phrase'>;
export type TokenId = Id<'token'>;
export type InvitationId = Id<'invitation'>;
export type JobId = Id<'job'>;
export type ViewId = Id<'view'>;
export type AttributeId = Id<'attribute'>;
export type BlockId = Id<'block'>;
export type ScheduledMessageId = Id<'scheduled_message'>;
export type CalendarId = Id<'calendar'>;
export type StandardId = Id<'standard'>;
export type PromiseId = Id<'promise'>;
export type QueueId = Id<'queue'>;
export type QueueItemId = Id<'queue_item'>;
export type SkillId = Id<'skill'>;
export type CaseId = Id<'case'>;
export type CaseTypeId = Id<'case_type'>;
export type CaseTaskId = Id<'case_task'>;
export type BroadcastId = Id<'broadcast'>;
export type RecoveryId = Id<'recovery'>;
export type EvidenceId = Id<'evidence'>;
export type FollowUpId = Id<'follow_up'>;
export type ServiceNoticeId = Id<'service_notice'>;
export type TopicId = Id<'topic'>;
export type MailboxId = Id<'mailbox'>;
export type WebhookId = Id<'webhook'>;
export type WebhookDeliveryId = Id<'webhookDelivery'>;
export type AutomationRuleId = Id<'automation_rule'>;
export type AutomationRunId = Id<'automation_run'>;
export type MacroId = Id<'macro'>;
