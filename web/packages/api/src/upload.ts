/** Uploads with progress. `fetch` cannot report how much has left, XMLHttpRequest can. */
import type { Http } from './http.ts';
import { localError, readProblem, type Result } from './result.ts';
import type { Attachment } from './types.ts';

export interface Upload {
  done: Promise<Result<Attachment>>;
  cancel(): void;
}

export function uploadFile(
  http: Http,
  file: Blob,
  name: string,
  onProgress: (share: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Result<Attachment>>((resolve) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => resolve({ ok: false, error: localError('network', 'upload failed') });
    request.onabort = () => resolve({ ok: false, error: localError('aborted', 'upload stopped') });
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve({ ok: true, value: JSON.parse(request.responseText) as Attachment });
        return;
      }
      const response = new Response(request.responseText || null, { status: request.status });
      void readProblem(response).then((error) => resolve({ ok: false, error }));
    };
  });
  const form = new FormData();
  form.append('file', file, name);
  request.open('POST', `${http.base}/attachments`);
  for (const [key, value] of Object.entries(http.headers())) request.setRequestHeader(key, value);
  request.send(form);
  return { done, cancel: () => request.abort() };
}
