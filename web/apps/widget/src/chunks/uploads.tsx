/** Files on their way: checked here, sent with progress, cancelled at any time. */
import { h } from 'preact';
import type { Attachment, Limits } from '../panel/dto';
import { t } from '../panel/i18n';
import { API } from '../panel/desk';
import type { Desk } from '../panel/desk';
import type { Upload } from '../panel/state';
import { icons, IconButton } from '../panel/view/parts';
import { adopt } from './adopt';
import { size } from './files';
import css from './uploads.css?inline';

adopt(css);

/** Pages, scripts and programs: the server refuses them, so they need not travel. */
const REFUSED =
  /\.(html?|xhtml|svgz?|xml|js|mjs|exe|msi|bat|cmd|com|scr|ps1|vbs|jar|apk|app|dmg|sh|lnk)$/i;

export type Refusal = 'tooBig' | 'wrongType' | null;

/** The server's limits, said before a byte is sent; before they are known, it says them. */
const limitsOf = (desk: Desk): Limits =>
  desk.get().config?.limits ?? {
    message_chars: 0,
    attachment_bytes: 1e9,
    attachments_per_message: 10,
  };

export function check(file: Pick<File, 'name' | 'size' | 'type'>, bytesMax: number): Refusal {
  if (file.size > bytesMax) return 'tooBig';
  return REFUSED.test(file.name) || /svg|html|javascript/.test(file.type) ? 'wrongType' : null;
}

const refusals: Record<string, string> = {
  'file-too-large': 'tooBig',
  'body-too-large': 'tooBig',
  'unsupported-file': 'wrongType',
};

let lastKey = 0;

function change(desk: Desk, key: number, changes: Partial<Upload>): void {
  desk.set({
    uploads: desk
      .get()
      .uploads.map((upload) => (upload.key === key ? { ...upload, ...changes } : upload)),
  });
}

/** `fetch` tells nothing of what was sent so far, hence the older request. */
function post(desk: Desk, key: number, file: File): void {
  const request = new XMLHttpRequest();
  request.open('POST', API + '/widget/attachments');
  request.setRequestHeader('authorization', 'Bearer ' + desk.token());
  request.upload.onprogress = ({ loaded, total }) =>
    change(desk, key, { progress: total ? loaded / total : 0 });
  const fail = (): void => {
    let code = 'uploadFailed';
    try {
      code = refusals[JSON.parse(request.responseText).code as string] ?? code;
    } catch {
      // No answer, or one that is not ours.
    }
    change(desk, key, { code });
  };
  request.onload = () =>
    request.status < 300
      ? change(desk, key, {
          progress: 1,
          attachment: JSON.parse(request.responseText) as Attachment,
        })
      : fail();
  request.onerror = request.ontimeout = fail;
  change(desk, key, { cancel: () => request.abort() });
  const form = new FormData();
  form.append('file', file, file.name);
  request.send(form);
}

/** Takes files from the button, a drop or the clipboard. The first one too many says so. */
export async function add(desk: Desk, files: File[]): Promise<void> {
  const { attachments_per_message: most, attachment_bytes: bytesMax } = limitsOf(desk);
  const room = Math.max(most - desk.get().uploads.filter(({ code }) => !code).length, 0);
  const taken = files.slice(0, room + 1).map((file, index) => ({
    file,
    key: ++lastKey,
    code: index < room ? check(file, bytesMax) : 'tooMany',
  }));
  desk.set({
    uploads: [
      ...desk.get().uploads,
      ...taken.map(({ file, key, code }) => ({
        key,
        name: file.name,
        size: file.size,
        progress: 0,
        attachment: null,
        code,
        cancel: () => {},
      })),
    ],
  });
  const sound = taken.filter(({ code }) => !code);
  if (!sound.length) return;
  const refused = await (await desk.talk()).ready();
  for (const { file, key } of sound)
    if (refused) change(desk, key, { code: 'uploadFailed' });
    else post(desk, key, file);
}

export function Uploads({ desk }: { desk: Desk }) {
  const { uploads } = desk.get();
  const { attachments_per_message: n, attachment_bytes: bytesMax } = limitsOf(desk);
  const remove = (upload: Upload): void => {
    upload.cancel();
    desk.set({ uploads: desk.get().uploads.filter(({ key }) => key !== upload.key) });
  };
  return (
    <ul class="ups">
      {uploads.map((upload) => {
        const { name, progress, attachment, code } = upload;
        const percent = Math.round(progress * 100);
        return (
          <li key={upload.key} class={code ? 'bad' : ''}>
            <span>
              <bdi>{name}</bdi>
              {code ? (
                <small role="alert">{t(code as 'tooBig', { name, n, size: size(bytesMax) })}</small>
              ) : attachment ? (
                <small>{size(upload.size)}</small>
              ) : (
                <progress max={1} value={progress} aria-label={t('uploading', { name, percent })} />
              )}
            </span>
            <IconButton
              d={icons.close}
              label={t('remove', { name })}
              onClick={() => remove(upload)}
            />
          </li>
        );
      })}
    </ul>
  );
}
