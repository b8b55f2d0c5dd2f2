/** Files of the conversation: fetched with our token in a header, shown from memory. */
import type { Attachment } from '../panel/dto';
import { region } from '../panel/i18n';

/** Pictures on the screen, so that redrawing does not fetch again. */
const known = new Map<string, Promise<string>>();

/** An address on our own server, or null: the token goes nowhere else. */
export function ownAddress(url: string, origin = location.origin): string | null {
  const address = new URL(url, origin);
  return address.origin === origin ? address.href : null;
}

async function load(url: string, token: string | null): Promise<string> {
  const address = ownAddress(url);
  if (!address) throw new Error('a file of another server');
  const response = await fetch(address, {
    headers: token ? { authorization: 'Bearer ' + token } : {},
  });
  if (!response.ok) throw new Error('status ' + response.status);
  return URL.createObjectURL(await response.blob());
}

export function blobUrl(url: string, token: string | null): Promise<string> {
  const promise = known.get(url) ?? load(url, token);
  known.set(url, promise);
  // What failed may be asked for again.
  promise.catch(() => known.delete(url));
  return promise;
}

/** Hands the file to the browser's own "save". */
export async function download(file: Attachment, token: string | null): Promise<void> {
  const link = document.createElement('a');
  link.href = await blobUrl(file.url, token);
  link.download = file.name;
  link.click();
}

/** "1.4 MB", in steps of 1,024. */
export function size(bytes: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte'];
  let step = 0;
  let value = bytes;
  while (value >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step++;
  }
  return new Intl.NumberFormat(region(), {
    style: 'unit',
    unit: steps[step] as string,
    unitDisplay: step ? 'short' : 'long',
    maximumFractionDigits: value < 10 && step ? 1 : 0,
  }).format(value);
}
