/** Every page but the inbox has words of its own; it is not drawn before they are here. */
import { language } from '$lib/shared/i18n.svelte.ts';

export async function load({ url }: { url: URL }): Promise<void> {
  if (!/^\/(inbox\/|$)/.test(url.pathname)) await language.loadPages();
}
