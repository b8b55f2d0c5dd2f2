/** The calendars there are, by name; without them a form still works. */
import type { CalendarId, JourneyApi } from '@zhiyin/api';

export class CalendarNames {
  items: { id: CalendarId; name: string }[] = $state.raw([]);

  constructor(api: Pick<JourneyApi, 'listCalendars'>) {
    void api.listCalendars().then((result) => {
      if (result.ok) this.items = result.value.items;
    });
  }
}
