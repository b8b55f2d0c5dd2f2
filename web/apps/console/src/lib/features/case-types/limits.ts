/** What the server takes at most; the same figures as in `crates/domain/src/limits.rs`. */
export const STEPS_MAX = 60;
export const OUTCOMES_MAX = 12;
export const CHECKLIST_MAX = 20;
export const FIELDS_MAX = 60;
export const OPTIONS_MAX = 100;
export const APPROVERS_MAX = 5;
export const RUNGS_MAX = 6;
export const REMINDERS_MAX = 3;
export const CONDITION_DEPTH_MAX = 4;
export const KEY_CHARS_MAX = 64;
/** Of a name; texts of one line may be longer. */
export const NAME_CHARS_MAX = 120;
export const LIMIT_S_MIN = 60;
export const LIMIT_S_MAX = 366 * 86_400;
