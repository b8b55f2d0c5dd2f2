import { auth } from './auth.ts';
import { common } from './common.ts';
import { composer } from './composer.ts';
import { inbox } from './inbox.ts';

export const zhCN = { ...auth, ...common, ...composer, ...inbox };
