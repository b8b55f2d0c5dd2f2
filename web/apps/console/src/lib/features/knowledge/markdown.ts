/** Changes to a Markdown text, told as what replaces which span and what is selected then. Pure. */

export type Mark = 'bold' | 'italic' | 'code' | 'heading' | 'list' | 'numbers' | 'quote' | 'rule';
export const CALL_OUTS = ['note', 'tip', 'important', 'warning', 'caution'] as const;
export type CallOut = (typeof CALL_OUTS)[number];

export interface Edit {
  from: number;
  to: number;
  text: string;
  /** What is selected afterwards, in the new text. */
  select: [number, number];
}

const AROUND = { bold: '**', italic: '*', code: '`' } as const;

/** Puts a mark on the selection, or takes it off where it is. */
export function mark(value: string, from: number, to: number, kind: Mark): Edit {
  if (kind === 'bold' || kind === 'italic' || kind === 'code')
    return around(value, from, to, AROUND[kind]);
  if (kind === 'rule') return block(value, to, '---', 4);
  const start = value.lastIndexOf('\n', from - 1) + 1;
  const lines = value.slice(start, to).split('\n');
  const text = prefixed(lines, kind).join('\n');
  return { from: start, to, text, select: [start + text.length, start + text.length] };
}

function around(value: string, from: number, to: number, sign: string): Edit {
  const { length } = sign;
  const isOn =
    value.slice(from - length, from) === sign && value.slice(to, to + length) === sign && to > from;
  const chosen = value.slice(from, to);
  if (isOn)
    return {
      from: from - length,
      to: to + length,
      text: chosen,
      select: [from - length, to - length],
    };
  return {
    from,
    to,
    text: `${sign}${chosen}${sign}`,
    select: [from + length, from + length + chosen.length],
  };
}

const PREFIX = /^(#{1,6} |> |- |\d+\. )/;

function prefixed(lines: string[], kind: 'heading' | 'list' | 'numbers' | 'quote'): string[] {
  const sign = (i: number) =>
    ({ heading: '## ', list: '- ', numbers: `${i + 1}. `, quote: '> ' })[kind];
  const isOn = lines.every((line, i) => line.startsWith(sign(i)));
  return lines.map((line, i) => (isOn ? '' : sign(i)) + line.replace(PREFIX, ''));
}

/** A block of its own after the line one is on, with empty lines around. */
function block(value: string, at: number, text: string, caret: number): Edit {
  const end = value.indexOf('\n', at);
  const place = end < 0 ? value.length : end;
  const isEmptyLine = value.slice(value.lastIndexOf('\n', place - 1) + 1, place).trim() === '';
  const before = place === 0 || isEmptyLine ? '' : '\n\n';
  const after = value.slice(place).startsWith('\n\n') ? '' : '\n';
  const inserted = `${before}${text}${after}`;
  const point = place + before.length + Math.min(caret, text.length);
  return { from: place, to: place, text: inserted, select: [point, point] };
}

export function link(value: string, from: number, to: number, address = 'https://'): Edit {
  const chosen = value.slice(from, to);
  const text = `[${chosen}](${address})`;
  const start = chosen === '' ? from + 1 : from + chosen.length + 3;
  const end = chosen === '' ? from + 1 : start + address.length;
  return { from, to, text, select: [start, end] };
}

export function picture(value: string, at: number, address: string, words: string): Edit {
  const safe = words.replaceAll(/[[\]\n]/g, ' ').trim();
  const text = `![${safe}](${address.trim().replaceAll(' ', '%20')})`;
  return block(value, at, text, text.length);
}

/** A file that has come in, as a line of its own. */
export const file = (value: string, at: number, text: string): Edit =>
  block(value, at, text, text.length);

export function callOut(value: string, at: number, kind: CallOut): Edit {
  const text = `> [!${kind.toUpperCase()}]\n> `;
  return block(value, at, text, text.length);
}

export function table(value: string, at: number, rows: readonly (readonly string[])[]): Edit {
  const text = tableOf(rows);
  return block(value, at, text, 2);
}

/** Rows as a table, the first as its head; all as wide as the widest. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const cell = (text: string | undefined) =>
    (text ?? '')
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|')
      .trim();
  const line = (row: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, i) => cell(row[i])).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `|${' --- |'.repeat(width)}`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Rows of what was copied from a spreadsheet; null if it is ordinary text. */
export function copiedRows(text: string): string[][] | null {
  const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const rows = lines.map((line) => line.split('\t'));
  const width = rows[0]?.length ?? 0;
  return width > 1 && rows.length > 1 && rows.every((row) => row.length === width) ? rows : null;
}

/** Enter within a list: the next item, or the end of the list on an empty one. */
export function newLine(value: string, at: number): Edit | null {
  const start = value.lastIndexOf('\n', at - 1) + 1;
  const line = value.slice(start, at);
  const found = /^(\s*)([-*>]|(\d+)\.)( \[[ x]\])? /.exec(line);
  if (!found) return null;
  if (found[0] === line) return { from: start, to: at, text: '', select: [start, start] };
  const [, indent = '', sign = '', number, box] = found;
  const next = number ? `${Number(number) + 1}.` : sign;
  const text = `\n${indent}${next}${box ? ' [ ]' : ''} `;
  return { from: at, to: at, text, select: [at + text.length, at + text.length] };
}
