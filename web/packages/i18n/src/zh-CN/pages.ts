/** 收件箱以外的页面与对话框所需的文字，随后加载。 */
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

export const zhCNPages = {
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
