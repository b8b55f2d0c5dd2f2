/**
 * The one-time token of a link. It stands behind `#`, which browsers never send to a server,
 * and is taken out of the address bar at once so that it stays in no history. A `?token=` is read, too.
 */
export function takeToken(): string {
  const { hash, search, pathname } = location;
  const token =
    new URLSearchParams(hash.slice(1)).get('token') ??
    new URLSearchParams(search).get('token') ??
    '';
  if (token) history.replaceState(history.state, '', pathname);
  return token;
}
