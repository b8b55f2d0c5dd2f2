/** Changes to a text field that keep the caret and the browser's own undo. */

/** Replaces a span of the field's text as if it had been typed. */
export function replaceSpan(
  field: HTMLTextAreaElement,
  from: number,
  to: number,
  text: string,
): void {
  field.focus();
  field.setSelectionRange(from, to);
  // The only call that keeps the field's undo history; where it is gone we set the text.
  if (!document.execCommand('insertText', false, text)) {
    field.setRangeText(text, from, to, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
}

export type Format = 'bold' | 'italic' | 'code' | 'list' | 'link';

const around: Partial<Record<Format, string>> = { bold: '**', italic: '*', code: '`' };

/** Light formatting as text marks around the selection; the server makes the typed tree of it. */
export function format(field: HTMLTextAreaElement, kind: Format): void {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const chosen = value.slice(from, to);
  const mark = around[kind];
  if (mark) {
    replaceSpan(field, from, to, `${mark}${chosen}${mark}`);
    field.setSelectionRange(from + mark.length, from + mark.length + chosen.length);
  } else if (kind === 'link') {
    replaceSpan(field, from, to, `[${chosen}](https://)`);
    field.setSelectionRange(from + chosen.length + 3, from + chosen.length + 11);
  } else {
    const start = value.lastIndexOf('\n', from - 1) + 1;
    const lines = value.slice(start, to).split('\n');
    replaceSpan(field, start, to, lines.map((line) => `- ${line}`).join('\n'));
  }
}
