/** The moments people snooze to, in the reader's own time. */
export type SnoozeChoice = 'hour' | 'threeHours' | 'tomorrow' | 'monday' | 'week';

export function snoozeChoices(now: Date): { id: SnoozeChoice; until: Date }[] {
  const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const atNine = (days: number) => {
    const at = new Date(now);
    at.setDate(at.getDate() + days);
    at.setHours(9, 0, 0, 0);
    return at;
  };
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { id: 'hour', until: inHours(1) },
    { id: 'threeHours', until: inHours(3) },
    { id: 'tomorrow', until: atNine(1) },
    // On a Sunday, Monday is tomorrow: the same moment is not offered twice.
    ...(toMonday === 1 ? [] : [{ id: 'monday' as const, until: atNine(toMonday) }]),
    { id: 'week', until: atNine(7) },
  ];
}
