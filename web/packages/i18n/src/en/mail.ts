/** Mails in a conversation, and writing them. */
export const mail = {
  'error.no-address': 'The customer has no e-mail address. Add it beside the conversation.',
  'error.no-mailbox': 'No mailbox is set up. An administrator adds one under Settings, Mailboxes.',
  'error.already-sent': 'The mail has left and can no longer be changed or taken back.',
  'error.not-failed': 'This mail did not fail, so it is not sent again.',
} as const;
