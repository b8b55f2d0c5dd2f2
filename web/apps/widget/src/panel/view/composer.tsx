/** Where the visitor writes. Enter sends, Shift+Enter breaks the line. */
import { Component, createRef, h } from 'preact';
import type { Desk } from '../desk';
import { t } from '../i18n';
import { icons, IconButton, lazy } from './parts';

const Emoji = lazy(async () => (await import('../../chunks/emoji')).Emoji);
const Uploads = lazy(async () => (await import('../../chunks/uploads')).Uploads);

/**
 * Whether a key press sends. Not while an input method composes: Enter then chooses a
 * candidate. Safari says so only by the key code 229.
 */
export const isSendKey = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;

/** Takes the list's files before the browser empties it. */
export function addFiles(desk: Desk, files: FileList | null | undefined): void {
  const list = [...(files ?? [])];
  if (list.length) void import('../../chunks/uploads').then(({ add }) => add(desk, list));
}

export class Composer extends Component<{ desk: Desk }> {
  box = createRef<HTMLTextAreaElement>();
  files = createRef<HTMLInputElement>();

  grow(): void {
    const box = this.box.current as HTMLTextAreaElement;
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + 'px';
  }
  override componentDidMount() {
    this.grow();
  }
  override componentDidUpdate() {
    this.grow();
  }

  submit = (event?: Event): void => {
    event?.preventDefault();
    this.props.desk.submit();
  };

  insert = (text: string): void => {
    const box = this.box.current as HTMLTextAreaElement;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
    this.props.desk.type(box.value);
    box.focus();
  };

  override render({ desk }: { desk: Desk }) {
    const { config, draft, uploads, quote, sheet } = desk.get();
    const isTooLong = !!config && [...draft].length > config.limits.message_chars;
    return (
      <form class="write" onSubmit={this.submit}>
        {quote && (
          <blockquote dir="auto">
            <b>{quote.author.name}</b>
            {quote.text}
            <IconButton
              d={icons.close}
              label={t('cancel')}
              onClick={() => desk.set({ quote: null })}
            />
          </blockquote>
        )}
        {uploads.length > 0 && <Uploads desk={desk} />}
        {sheet === 'emoji' && <Emoji insert={this.insert} desk={desk} />}
        {isTooLong && (
          <p class="st bad" role="alert">
            {t('tooLong')}
          </p>
        )}
        <textarea
          ref={this.box}
          rows={1}
          dir="auto"
          value={draft}
          placeholder={t('write')}
          aria-label={t('write')}
          enterkeyhint="send"
          onInput={(event) => desk.type(event.currentTarget.value)}
          onPaste={(event) => {
            const files = event.clipboardData?.files;
            if (!files?.length) return;
            event.preventDefault();
            addFiles(desk, files);
          }}
          onKeyDown={(event) => isSendKey(event) && this.submit(event)}
        />
        <div class="tools">
          <IconButton
            d={icons.attach}
            label={t('attach')}
            onClick={() => this.files.current?.click()}
          />
          <IconButton
            d={icons.smile}
            label={t('emoji')}
            expanded={sheet === 'emoji'}
            onClick={() => desk.set({ sheet: sheet === 'emoji' ? null : 'emoji' })}
          />
          <input
            ref={this.files}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              const { currentTarget: input } = event;
              addFiles(desk, input.files);
              input.value = '';
            }}
          />
          <IconButton
            type="submit"
            class="go"
            d={icons.send}
            label={t('send')}
            disabled={isTooLong || !(draft.trim() || uploads.length)}
          />
        </div>
      </form>
    );
  }
}
