/** 收件箱及其周边的文字，在绘制页面之前加载。 */
import { auth } from './auth.ts';
import { caseWords } from './caseWords.ts';
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
  ...caseWords,
  ...cases,
  ...common,
  ...composer,
  ...inbox,
  ...journey,
  ...routing,
  ...settings,
  ...views,
};
