/** A first call to an API inbox, to be copied into a terminal. */
export function sampleCall(origin: string, inboxId: string): string {
  const body = {
    inbox_id: inboxId,
    external_id: 'm-1001',
    text: 'Hello',
    contact: { external_id: 'user-7', name: 'Li Na' },
  };
  return [
    `curl ${origin}/api/v1/channel/messages \\`,
    `  -H 'Authorization: Bearer zy_…' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}
