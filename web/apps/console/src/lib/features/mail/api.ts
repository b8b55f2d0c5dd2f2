/** The calls around mails; apart from the others, so that who reads no mail need not load them. */
import { MailApi, type Http } from '@zhiyin/api';

const held = new WeakMap<Http, MailApi>();

/** One for each connection. */
export function mailApi({ http }: { http: Http }): MailApi {
  let api = held.get(http);
  if (!api) held.set(http, (api = new MailApi(http)));
  return api;
}
