/** Gives a composer what a mail needs, once its conversation is known to be one by mail. */
import type { MailMode, Message } from '@zhiyin/api';
import type { ComposerModel } from '$lib/features/composer/model.svelte.ts';
import type { Desk } from '$lib/shared/app.svelte.ts';
import { mailApi } from './api.ts';
import { written } from './addresses.ts';
import { MailDraft } from './draft.svelte.ts';
import { isMail } from './text.ts';

export function join(desk: Desk, model: ComposerModel): void {
  model.letter ??= new MailDraft(model.id, { api: mailApi(desk.app), storage: localStorage });
}

/** Begins an answer to one mail, or passes it on. */
export function answer(desk: Desk, model: ComposerModel, mode: MailMode, message: Message): void {
  join(desk, model);
  model.setMode('text');
  void model.letter?.start(mode, message.id);
}

/** A mail that was taken back in time stands in the field again, with those it was to. */
export function takeBack(desk: Desk, model: ComposerModel, message: Message): void {
  if (!isMail(message)) return;
  join(desk, model);
  const { to, cc, bcc, subject } = message.email;
  model.takeBack(message.text, {
    mode: 'reply',
    to: to.map(written),
    cc: cc.map(written),
    bcc: bcc.map(written),
    subject,
  });
}
