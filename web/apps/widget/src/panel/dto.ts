/**
 * Wire types of the visitor API (`/api/v1/widget`): the generated ones, narrowed where the
 * document says only "string", with a shape where it says "object". Types alone: nothing of
 * them is in the built files.
 */
import type {
  Attachment,
  Block,
  Inline,
  Limits,
  Locale,
  Message as AgentsMessage,
  OfficeHours,
  Page,
  PrechatField,
  WidgetSettings,
} from '@zhiyin/api';
import type { components } from '@zhiyin/api/schema';

export type { Attachment, Block, Inline, Limits, Locale, OfficeHours, Page };
export type { PrechatField, WidgetSettings };

type Schemas = components['schemas'];

/** Gives fields another type; a field that is gone does not compile. */
type Shape<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? unknown : never },
> = Omit<Schema, keyof Fields> & Fields;

export type Person = Schemas['ShownAgentDto'];
export type Visitor = Schemas['VisitorDto'];

/** An article that may answer, and one that is read. */
export type Hit = Schemas['WidgetArticleHitDto'];
export type Article = Schemas['WidgetArticleDto'];
export type ArticleNode = Schemas['ArticleNodeDto'];

/** A text in some languages. */
export type Localized = Partial<Record<string, string>>;

export type WidgetConfig = Shape<Schemas['WidgetConfigDto'], { settings: WidgetSettings }> & {
  /** What holds out of the hours of the queue; without one the texts of the inbox do. */
  out_of_hours?: { text: Localized } | null;
};

/** Where the visitor stands while they wait for a person; place 1 is next. */
export type QueuePlace = Shape<
  Required<Schemas['WidgetQueueDto']>,
  { position: number | null; state: 'waiting' | 'offered' | 'closed' }
> & {
  /** What the company says to those who come outside its hours. */
  notice?: Localized | null;
};

export type WidgetConversation = Shape<
  Schemas['WidgetConversationDto'],
  {
    status: 'open' | 'resolved';
    queue?: QueuePlace | null;
  }
>;

/** A picture with text and a link. */
export type Card = AgentsMessage['cards'][number];
/** An answer that can be given with one tap. */
export type QuickReply = AgentsMessage['quick_replies'][number];

/** A message as its customer sees it; who wrote a line of the system is its `params`. */
export type Message = Shape<
  Schemas['MessageDto'],
  Pick<
    AgentsMessage,
    'author' | 'blocks' | 'attachments' | 'quick_replies' | 'cards' | 'delivery'
  > & {
    kind: 'text' | 'system';
    system?: { event: string; params?: { agent_name?: string } } | null;
  }
> & { ask?: Ask | null };

/** What the visitor is asked with a message: whether they read a notice, whether a case is solved. */
export interface Ask {
  kind: 'notice' | 'solved';
  /** `over`: it was settled elsewhere. */
  answer: 'acknowledged' | 'confirmed' | 'disputed' | 'over' | null;
  answered_at: string | null;
}

export type Started = Shape<Schemas['OpenedDto'], { conversation?: WidgetConversation | null }>;

export type ServerFrame =
  | {
      t: 'sync' | 'event';
      revision: number | null;
      conversation: WidgetConversation | null;
      messages: Message[];
    }
  | { t: 'queue'; queue: QueuePlace | null }
  | { t: 'reset' | 'ping' }
  | { t: 'signal'; kind: string; agent?: { name: string } | null }
  | { t: 'bye'; code: string };

export type ClientFrame =
  | { t: 'hello'; token: string; since: number }
  | { t: 'typing'; text?: string }
  | { t: 'seen'; seq: number }
  | { t: 'page'; url: string; title: string }
  | { t: 'pong' };
