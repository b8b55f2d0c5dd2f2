/** Uploads with progress. `fetch` cannot report how much has left, XMLHttpRequest can. */
import type { Http } from './http.ts';
import { localError, readProblem, type Result } from './result.ts';
import type { Attachment } from './types.ts';

export interface Upload<T = Attachment> {
  done: Promise<Result<T>>;
  cancel(): void;
}

/** Sends a file to `path` below the base of the API; the answer describes what was kept. */
export function uploadFile<T = Attachment>(
  http: Http,
  file: Blob,
  name: string,
  onProgress: (share: number) => void,
  path = '/attachments',
): Upload<T> {
  const request = new XMLHttpRequest();
  const done = new Promise<Result<T>>((resolve) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => resolve({ ok: false, error: localError('network', 'upload failed') });
    request.onabort = () => resolve({ ok: false, error: localError('aborted', 'upload stopped') });
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve({ ok: true, value: JSON.parse(request.responseText) as T });
        return;
      }
      const response = new Response(request.responseText || null, { status: request.status });
      void readProblem(response).then((error) => resolve({ ok: false, error }));
    };
  });
  const form = new FormData();
  form.append('file', file, name);
  request.open('POST', http.base + path);
  for (const [key, value] of Object.entries(http.headers())) request.setRequestHeader(key, value);
  request.send(form);
  return { done, cancel: () => request.abort() };
}
