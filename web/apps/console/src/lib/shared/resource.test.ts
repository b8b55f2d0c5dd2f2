import type { ApiError, Page, Result } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { Resource } from './resource.svelte.ts';

const page = (items: string[], next: string | null = null): Result<Page<string>> => ({
  ok: true,
  value: { items, next },
});
const failure: Result<Page<string>> = { ok: false, error: { code: 'network' } as ApiError };

/** Answers in order; each call waits for the microtask as a real one would. */
function resource(...answers: Result<Page<string>>[]) {
  const cursors: (string | undefined)[] = [];
  const list = new Resource<string>(async (cursor) => {
    cursors.push(cursor);
    return answers.shift() ?? failure;
  });
  return { list, cursors };
}

describe('a list of the settings', () => {
  it('can be tried again after a failure', async () => {
    const { list } = resource(failure, page(['a']));
    await list.load();
    expect(list.items).toEqual(['a']);
    expect(list.state).toBe('ready');
  });

  it('keeps what it has when more could not be had, and asks for it again', async () => {
    const { list, cursors } = resource(page(['a'], 'x'), failure, page(['b']));
    await Promise.resolve();
    await Promise.resolve();
    await list.loadMore();
    expect(list.items).toEqual(['a']);
    expect(list.state).toEqual({ failed: { code: 'network' } });
    await list.loadMore();
    expect(list.items).toEqual(['a', 'b']);
    expect(list.state).toBe('ready');
    expect(cursors).toEqual([undefined, 'x', 'x']);
  });
});
