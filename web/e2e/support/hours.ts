import { AgentApi } from './api.js';
import type { Server } from './server.js';

interface Inbox {
  id: string;
  settings: object;
}

interface Calendar {
  id: string;
  rules: { time_zone: string };
}

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/**
 * The sample company works around the clock, every day: what a journey sees must not depend on
 * the hour at which it is run. A journey about closing times closes what it looks at.
 */
export async function openAroundTheClock(server: Pick<Server, 'url'>): Promise<void> {
  const admin = await AgentApi.logIn(server);
  const weekly = WEEK.map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const inboxes: Inbox[] = (await admin.ask('GET', 'inboxes')).items;
  for (const { id, settings } of inboxes)
    await admin.ask('PATCH', `inboxes/${id}`, { settings: { ...settings, office_hours: [] } });
  const calendars: Calendar[] = (await admin.ask('GET', 'calendars')).items;
  for (const { id, rules } of calendars)
    await admin.ask('PATCH', `calendars/${id}`, {
      rules: { time_zone: rules.time_zone, weekly, holidays: [], exceptions: {} },
    });
}
