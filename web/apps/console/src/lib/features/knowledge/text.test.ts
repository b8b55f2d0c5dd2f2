import { describe, expect, it } from 'vitest';
import { changesOf, cut } from './compare.ts';
import { faultOf, isSame } from './content.ts';
import { dayOf, minuteOf, startOfDay } from './days.ts';
import * as markdown from './markdown.ts';
import { html, plainText } from './prose.ts';
import { worksOf } from './versions.svelte.ts';

/** A text in which `|` marks the selection, after an edit. */
function after(
  text: string,
  edit: (value: string, from: number, to: number) => markdown.Edit | null,
) {
  const from = text.indexOf('|');
  const to = text.lastIndexOf('|') === from ? from : text.lastIndexOf('|') - 1;
  const value = text.replaceAll('|', '');
  const done = edit(value, from, to);
  if (!done) return null;
  const next = value.slice(0, done.from) + done.text + value.slice(done.to);
  const [a, b] = done.select;
  return a === b
    ? `${next.slice(0, a)}|${next.slice(a)}`
    : `${next.slice(0, a)}|${next.slice(a, b)}|${next.slice(b)}`;
}
const marked = (kind: markdown.Mark) => (value: string, from: number, to: number) =>
  markdown.mark(value, from, to, kind);

describe('marks', () => {
  it('stand around what is selected, and go away again', () => {
    expect(after('a |word| b', marked('bold'))).toBe('a **|word|** b');
    expect(after('a **|word|** b', marked('bold'))).toBe('a |word| b');
    expect(after('a |', marked('code'))).toBe('a `|`');
  });

  it('begin each line that is selected', () => {
    expect(after('one\n|two\nthree|', marked('numbers'))).toBe('one\n1. two\n2. three|');
    expect(after('|1. two\n2. three|', marked('numbers'))).toBe('two\nthree|');
    expect(after('# |Old', marked('heading'))).toBe('## |Old');
  });

  it('put blocks on lines of their own', () => {
    const callout = (value: string, from: number) => markdown.callOut(value, from, 'warning');
    expect(after('Be |quick', callout)).toBe('Be quick\n\n> [!WARNING]\n> |\n');
    expect(after('|', callout)).toBe('> [!WARNING]\n> |\n');
    const image = (value: string, from: number) =>
      markdown.picture(value, from, 'https://a.example/x y.png', 'A [red] lid');
    expect(after('|', image)).toBe('![A  red  lid](https://a.example/x%20y.png)|\n');
  });

  it('make links of words, or of an address over words', () => {
    const plain = (value: string, from: number, to: number) => markdown.link(value, from, to);
    expect(after('see |Orders|', plain)).toBe('see [Orders](|https://|)');
    expect(after('see |', plain)).toBe('see [|](https://)');
  });
});

describe('Enter in a list', () => {
  const enter = (value: string, from: number) => markdown.newLine(value, from);
  it('begins the next item, and ends the list on an empty one', () => {
    expect(after('- one|', enter)).toBe('- one\n- |');
    expect(after('  9. nine|', enter)).toBe('  9. nine\n  10. |');
    expect(after('- [x] done|', enter)).toBe('- [x] done\n- [ ] |');
    expect(after('- one\n- |', enter)).toBe('- one\n|');
    expect(after('plain|', enter)).toBeNull();
  });
});

describe('tables', () => {
  it('come of rows copied from a spreadsheet', () => {
    const rows = markdown.copiedRows('Size\tPrice\r\nS\t1|2\r\n');
    expect(rows).toEqual([
      ['Size', 'Price'],
      ['S', '1|2'],
    ]);
    expect(markdown.tableOf(rows ?? [])).toBe('| Size | Price |\n| --- | --- |\n| S | 1\\|2 |');
    expect(markdown.copiedRows('one\ttwo')).toBeNull();
    expect(markdown.copiedRows('a\nb')).toBeNull();
    expect(markdown.copiedRows('a\tb\nc')).toBeNull();
  });
});

// What the sieve lets through is tested in a real browser: it is not made for this one.
describe('what readers see', () => {
  it('has headings below the title, tables and call-outs', () => {
    const made = html('# Steps\n\n> [!WARNING]\n> Hot\n\n| a |\n|---|\n| 1 |\n\n- [x] done');
    expect(made).toContain('<h2>Steps</h2>');
    expect(made).toMatch(/<blockquote class="markdown-alert-warning">\s*<p>Hot<\/p>/);
    expect(made).toContain('<th>a</th>');
    expect(made).toContain('type="checkbox"');
    expect(html('> [!NOTE] no\n')).not.toContain('markdown-alert');
    expect(html('> [!TIP]\n>\n> One\n> Two')).toMatch(/alert-tip">\s*<p>One\nTwo<\/p>/);
  });

  it('becomes words for a message', () => {
    const page = document.createElement('template');
    page.innerHTML = html('## Steps\n\n1. Open **Orders**\n2. Tap `Return`\n\nDone.\n\n- [a](/b)');
    expect(plainText(page.content)).toBe('Steps\n1. Open Orders\n2. Tap Return\nDone.\n- a');
  });
});

describe('what differs', () => {
  it('is told by words, in Chinese too', () => {
    const changes = changesOf('七天内可以退货', '十四天内可以退货', 'zh-CN');
    expect(
      changes
        .filter((one) => one.kind === 'same')
        .map((one) => one.text)
        .join(''),
    ).toContain('可以退货');
    expect(changes.some((one) => one.kind === 'removed' && one.text.includes('七'))).toBe(true);
  });

  it('leaves out what is far from any change', () => {
    const long = 'word '.repeat(200);
    const pieces = cut(changesOf(long + 'old', long + 'new', 'en'));
    expect(pieces[0]).toBeNull();
    expect(pieces.slice(1).map((one) => one?.kind)).toEqual(['same', 'removed', 'added']);
  });
});

describe('a text', () => {
  const text = { title: 'T', summary: '', body: '' };
  it('has limits', () => {
    expect(faultOf(text)).toBeNull();
    expect(faultOf({ ...text, title: ' ' })).toBe('no-title');
    expect(faultOf({ ...text, title: '题'.repeat(201) })).toBe('long-title');
    expect(faultOf({ ...text, summary: 'x'.repeat(501) })).toBe('long-summary');
    expect(faultOf({ ...text, body: '字'.repeat(44_000) })).toBe('long-body');
  });

  it('is the same without the blanks the server takes off', () => {
    expect(isSame(text, { title: ' T ', summary: '\n', body: '' })).toBe(true);
    expect(isSame({ ...text, body: 'a\r\nb' }, { ...text, body: 'a\nb' })).toBe(true);
    expect(isSame(text, { ...text, body: ' ' })).toBe(false);
  });
});

describe('days', () => {
  it('come back the same in the zone of the reader', () => {
    expect(dayOf(startOfDay('2026-03-02'))).toBe('2026-03-02');
    expect(dayOf(null)).toBe('');
    expect(startOfDay('')).toBeNull();
    expect(minuteOf(new Date(2026, 2, 2, 8, 5))).toBe('2026-03-02T08:05');
  });
});

describe('versions', () => {
  const version = (revision: number, minute: number, by = 'agent:ag_1') => ({
    revision,
    content: { title: '', summary: '', body: '' },
    html: '',
    written_by: by,
    written_at: new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString(),
  });

  it('of one piece of work are one line; what readers see stands alone', () => {
    const items = [
      version(6, 59),
      version(5, 50),
      version(4, 49, 'agent:ag_2'),
      version(3, 48),
      version(2, 10),
      version(1, 5),
    ];
    const told = (live: number | null) =>
      worksOf(items, live).map((one) => [one.version.revision, one.count, one.before?.revision]);
    expect(told(null)).toEqual([
      [6, 2, 4],
      [4, 1, 3],
      [3, 1, 2],
      [2, 2, undefined],
    ]);
    expect(told(5)[0]).toEqual([6, 1, 5]);
  });
});
