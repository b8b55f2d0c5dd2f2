/** The line to paste into a site. */
export function snippet(origin: string, key: string): string {
  return `<script async src="${origin}/widget.js" data-inbox="${key}"></` + 'script>';
}
