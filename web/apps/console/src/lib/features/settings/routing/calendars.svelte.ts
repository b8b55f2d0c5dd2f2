/** The calendars there are, by name; without them a form still works. */
import type { CalendarId, JourneyApi } from '@zhiyin/api';

export class CalendarNames {
  items: { id: CalendarId; name: string }[] = $state.raw([]);

  constructor(api: Pick<JourneyApi, 'listCalendars'>) {
    void api.listCalendars().then((result) => {
      if (result.ok) this.items = result.value.items;
    });
  }

  /** Choices of a form; a calendar that could not be loaded stays chosen. */
  options(noneLabel: string, chosen: string | null): { value: string; label: string }[] {
    const known = this.items.map((one) => ({ value: one.id as string, label: one.name }));
    const isKnown = chosen === null || known.some((one) => one.value === chosen);
    const kept = isKnown ? [] : [{ value: chosen, label: chosen }];
    return [{ value: '', label: noneLabel }, ...known, ...kept];
  }
}
