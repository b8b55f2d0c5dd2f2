/** Words for an error: what happened, what is safe, what to do. */
import type { ApiError, FieldError } from '@zhiyin/api';
import type { PlainKey, T } from '@zhiyin/i18n';

export function errorText(t: T, error: Pick<ApiError, 'code'>): string {
  return t(`error.${error.code}`);
}

const fieldCodes: Record<string, PlainKey> = {
  required: 'field.required',
  missing: 'field.required',
  empty: 'field.required',
  'too-long': 'field.too-long',
  'too-short': 'field.too-short',
  email: 'field.email',
  'not-an-email': 'field.email',
  'invalid-email': 'field.email',
  taken: 'field.taken',
  'already-exists': 'field.taken',
};

/** The words for the field at a path, if the error has one there. */
export function fieldText(t: T, error: ApiError | null, name: string): string | null {
  const found = error?.fields.find((field: FieldError) => field.path === `/${name}`);
  if (!found) return null;
  return t(fieldCodes[found.code] ?? 'field.wrong');
}
