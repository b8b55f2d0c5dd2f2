/** What mails need is loaded with the first of them; chats do without. */
export const loadMail = () => import('$lib/features/mail/parts.ts');
