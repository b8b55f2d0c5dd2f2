import { auth } from './auth.ts';
import { caseSettings } from './caseSettings.ts';
import { caseTypes } from './caseTypes.ts';
import { caseWork } from './caseWork.ts';
import { caseWords } from './caseWords.ts';
import { caseParts } from './caseParts.ts';
import { cases } from './cases.ts';
import { common } from './common.ts';
import { composer } from './composer.ts';
import { inbox } from './inbox.ts';
import { journey } from './journey.ts';
import { routing } from './routing.ts';
import { settings } from './settings.ts';
import { views } from './views.ts';

export const zhCN = {
  ...auth,
  ...caseSettings,
  ...caseTypes,
  ...caseWork,
  ...caseWords,
  ...caseParts,
  ...cases,
  ...common,
  ...composer,
  ...inbox,
  ...journey,
  ...routing,
  ...settings,
  ...views,
};
