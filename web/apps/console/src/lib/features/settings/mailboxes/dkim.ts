/** A key that signs mails, made in the browser: only the server it is sent to has it besides. */

export interface DkimKey {
  /** PKCS#8 in PEM. */
  privateKey: string;
  /** What stands in the DNS. */
  record: { name: string; value: string };
}

/** Browsers make keys on safe pages only. */
export const canMakeKey = () => globalThis.crypto?.subtle !== undefined;

/** Most receivers know RSA only; 2048 bits is what they want. */
const KIND = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

export async function makeKey(domain: string, selector: string): Promise<DkimKey> {
  const pair = await crypto.subtle.generateKey(KIND, true, ['sign', 'verify']);
  const [secret, open] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('spki', pair.publicKey),
  ]);
  return { privateKey: toPem(base64(secret)), record: recordOf(domain, selector, base64(open)) };
}

export function recordOf(domain: string, selector: string, key: string) {
  return { name: `${selector}._domainkey.${domain}`, value: `v=DKIM1; k=rsa; p=${key}` };
}

export function toPem(text: string): string {
  const lines = text.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

function base64(bytes: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}
