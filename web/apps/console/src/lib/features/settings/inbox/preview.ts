/** The preview of the widget: the widget's own code in a frame, told what to show. */

/** What can be looked at. */
export const SCENES = ['start', 'away', 'form', 'talk', 'rating'] as const;
export type Scene = (typeof SCENES)[number];

/** The frame's page. It has no address of its own: scripts and styles are the server's. */
export const PREVIEW_PAGE =
  '<!doctype html><meta charset="utf-8">' +
  '<script type="module" src="/widget/preview/stage.js"></script><body></body>';

/** Of the preview's width; the corner of the page beside the panel is cut off. */
export const STAGE = { width: 500, shown: 424, height: 756 };

/** A message of the preview itself; anything else is not for us. */
export function isReadyMessage(data: unknown): boolean {
  const { zhiyin, value } = (data ?? {}) as { zhiyin?: unknown; value?: unknown };
  return zhiyin === 'preview' && value === 'ready';
}
