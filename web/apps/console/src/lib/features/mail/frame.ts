/** The document a mail's HTML is shown in. */

/**
 * No scripts, forms or navigation of ours; the page itself may look inside, to know how tall it
 * is. Links open a page that is free of the frame.
 */
export const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** Whether a mail brings colours of its own; one that does is shown on white, as it was meant. */
export function hasColours(html: string): boolean {
  return /\bbgcolor\s*=|<font[^>]*\bcolor\s*=|style\s*=\s*["'][^"']*\b(background|color)\b/i.test(
    html,
  );
}

/** Whether a mail names pictures on servers of others, and whether they are loaded. */
export type MailPictures = 'none' | 'blocked' | 'shown';

/** What is to be shown of a mail. */
export interface MailBody {
  html: string;
  pictures: MailPictures;
}

/** What is to be shown of a page the server made; its own style gives way to ours. */
export function bodyOf(page: string): MailBody {
  const { body } = new DOMParser().parseFromString(page, 'text/html');
  const told = body.dataset['pictures'];
  const pictures = told === 'blocked' || told === 'shown' ? told : 'none';
  return { html: body.innerHTML, pictures };
}

/** The sanitised HTML in a page with our own style; the policy of the console holds in it. */
export function frameDocument(html: string): string {
  const tone = hasColours(html) ? 'own' : 'plain';
  return `<!doctype html><html data-tone="${tone}"><head><link rel="stylesheet" href="/mail.css"></head><body>${html}</body></html>`;
}
