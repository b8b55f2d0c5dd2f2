/** Words of the other pages, and of dialogs opened from the inbox: loaded behind the first page. */
import { automation } from './automation.ts';
import { bot } from './bot.ts';
import { caseParts } from './caseParts.ts';
import { caseSettings } from './caseSettings.ts';
import { caseTypes } from './caseTypes.ts';
import { caseWork } from './caseWork.ts';
import { journeyPages } from './journeyPages.ts';
import { knowledge } from './knowledge.ts';
import { mail } from './mail.ts';
import { mailSettings } from './mailSettings.ts';
import { notices } from './notices.ts';
import { routingPages } from './routingPages.ts';
import { settingsPages } from './settingsPages.ts';
import { webhooks } from './webhooks.ts';

export const enPages = {
  ...automation,
  ...bot,
  ...caseParts,
  ...caseSettings,
  ...caseTypes,
  ...caseWork,
  ...journeyPages,
  ...knowledge,
  ...mail,
  ...mailSettings,
  ...notices,
  ...routingPages,
  ...settingsPages,
  ...webhooks,
};
