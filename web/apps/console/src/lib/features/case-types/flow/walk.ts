/** Where an arrow key leads in the picture. Pure. */
import type { Box, Flow } from './layout.ts';

export type Direction = 'up' | 'down' | 'left' | 'right';

const centre = (box: Box) => box.x + box.width / 2;

/** The step to go to; null where there is none. Up and down follow the lines first. */
export function neighbour(flow: Flow, key: string, direction: Direction): string | null {
  const steps = flow.boxes.filter((box) => box.kind === 'step');
  const here = steps.find((box) => box.step === key);
  if (!here) return steps[0]?.step ?? null;
  const nearest = (boxes: Box[]): string | null =>
    boxes.reduce<Box | null>(
      (best, box) =>
        !best || Math.abs(centre(box) - centre(here)) < Math.abs(centre(best) - centre(here))
          ? box
          : best,
      null,
    )?.step ?? null;
  const inRow = steps.filter((box) => box.y === here.y);
  if (direction === 'left') return nearest(inRow.filter((box) => box.x < here.x));
  if (direction === 'right') return nearest(inRow.filter((box) => box.x > here.x));
  const isThere = (box: Box) => (direction === 'down' ? box.y > here.y : box.y < here.y);
  const linked = new Set(
    flow.lines
      .filter((line) => !line.isBack)
      .filter((line) => (direction === 'down' ? line.from : line.to) === key)
      .map((line) => (direction === 'down' ? line.to : line.from)),
  );
  const followed = steps.filter((box) => linked.has(box.step) && isThere(box));
  if (followed.length > 0) return nearest(inNearestRow(followed, direction));
  return nearest(inNearestRow(steps.filter(isThere), direction));
}

function inNearestRow(boxes: Box[], direction: 'up' | 'down'): Box[] {
  const rows = boxes.map((box) => box.y);
  const row = direction === 'down' ? Math.min(...rows) : Math.max(...rows);
  return boxes.filter((box) => box.y === row);
}
