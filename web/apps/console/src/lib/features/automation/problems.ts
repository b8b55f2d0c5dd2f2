/** What the server refused, at its place. Pure. */
import type { ApiError } from '@zhiyin/api';

/** The refused part below a path: its name, '' for the whole, null where nothing was refused. */
export function refusedPart(error: ApiError | null, path: string): string | null {
  const found = error?.fields.find((one) => one.path === path || one.path.startsWith(`${path}/`));
  return found ? (found.path.slice(path.length + 1).split('/')[0] ?? '') : null;
}
