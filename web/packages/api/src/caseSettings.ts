/** What supervisors set up for cases, as it travels: types with versions, labels, desks, times. */
import type { CaseType } from './cases.ts';
import type {
  CaseDesk,
  CaseTerms,
  Gesture,
  Ladder,
  RecoveryLimits,
  SeverityMatrix,
  StatusLabel,
  TimeLimit,
} from './caseTerms.ts';
import type { AgentId, CalendarId, TeamId } from './ids.ts';
import type { components } from './schema.ts';
import type { Shape } from './shape.ts';
import type { Localized } from './types.ts';

type Schemas = components['schemas'];

/** Something the server found in a draft. */
export type CaseTypeFinding = Required<Schemas['FindingDto']>;

/** A type as its editor needs it. */
export interface EditedCaseType extends CaseType {
  /** About the draft. */
  findings: CaseTypeFinding[];
}

/** A version in force; it never changes. */
export type CaseTypeVersion = Shape<
  Required<Schemas['CaseTypeVersionDto']>,
  {
    terms: CaseTerms;
    /** None for what came with the program. */
    published_by: AgentId | null;
  }
>;

export type CaseTypePatch = Shape<
  Schemas['CaseTypePatchBody'],
  {
    /** Null takes the draft away. */
    draft?: CaseTerms | null;
    /** The one that was read. */
    version: number;
  }
>;

// Documents that are read and written as a whole, with the version that was read.

export type CaseLabels = Shape<Schemas['LabelsDto'], { labels: StatusLabel[] }>;

export type CaseDesks = Shape<Schemas['DesksDto'], { desks: Partial<Record<CaseDesk, TeamId>> }>;

export type CaseTimes = Shape<
  Schemas['CaseTimesDto'],
  {
    /** None: by the clock. */
    calendar_id: CalendarId | null;
    /** How long somebody who is asked to take a case over may think about it. */
    handover: TimeLimit;
    /** How long the owner may take to answer a question of the back office. */
    question: TimeLimit;
  }
>;

/** With whether the customer is told the reply time as soon as a complaint is taken in. */
export type SeveritySettings = Shape<Schemas['SeveritySettingsDto'], { matrix: SeverityMatrix }>;

export const BUDGET_PERIODS = ['month', 'quarter', 'year'] as const;

export interface RecoveryBudget {
  /** None: of the workspace. */
  team_id: TeamId | null;
  period: (typeof BUDGET_PERIODS)[number];
  /** In minor units of the currency of the limits. */
  total: number;
}

export type RecoveryRules = Shape<
  Schemas['RecoverySettingsDto'],
  { catalogue: Gesture[]; limits: RecoveryLimits; budgets: RecoveryBudget[] }
>;

export type LowScoreSettings = Shape<
  Schemas['LowScoreSettingsDto'],
  {
    rule: {
      /** At this score of five or a lower one; 0 never. */
      at_most: number;
      within: TimeLimit;
      ladder: Ladder;
    };
  }
>;

export const WARNING_KINDS = ['run', 'keyword', 'backlog', 'channel'] as const;
export type WarningKind = (typeof WARNING_KINDS)[number];

export type WarningSettings = Shape<
  Schemas['WarningSettingsDto'],
  {
    rules: {
      /** Whoever is told of a warning. */
      people: AgentId[];
      run: { is_enabled: boolean; count: number; window_s: number };
      keywords: { is_enabled: boolean; words: string[] };
      backlog: { is_enabled: boolean; hours: number; count: number };
      channel: { is_enabled: boolean; silent_hours: number };
      /** What is to be done, point by point. */
      plan: Record<WarningKind, Localized[]>;
    };
  }
>;
