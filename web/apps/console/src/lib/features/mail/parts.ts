/** All that the inbox needs for mails, as one piece that is loaded for the first of them. */
export { default as Envelope } from './Envelope.svelte';
export { answer, join } from './letter.ts';
export { default as MailHead } from './MailHead.svelte';
export { default as MailItem } from './MailItem.svelte';
export { default as Under } from './Under.svelte';
