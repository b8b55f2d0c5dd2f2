import { auth } from './auth.ts';
import { common } from './common.ts';
import { composer } from './composer.ts';
import { inbox } from './inbox.ts';
import { journey } from './journey.ts';
import { routing } from './routing.ts';
import { settings } from './settings.ts';
import { views } from './views.ts';

export const zhCN = {
  ...auth,
  ...common,
  ...composer,
  ...inbox,
  ...journey,
  ...routing,
  ...settings,
  ...views,
};
