import { Table } from '@zhiyin/ui';
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Brings whatever is watched into sight. */
let comeNear: () => void;

beforeEach(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(told: (entries: { isIntersecting: boolean }[]) => void) {
        comeNear = () => told([{ isIntersecting: true }]);
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

interface Row {
  id: string;
  name: string;
}

function show(count: number) {
  const rows: Row[] = Array.from({ length: count }, (_, n) => ({
    id: String(n),
    name: `Queue ${String(n)}`,
  }));
  render(Table<Row>, {
    label: 'Queues',
    rows,
    rowKey: (row: Row) => row.id,
    columns: [{ id: 'name', label: 'Name', sortBy: (row: Row) => row.name }],
    cell: createRawSnippet((row: () => Row) => ({
      render: () => `<span>${row().name}</span>`,
    })),
    filter: { label: 'Search', emptyText: 'Nothing matches', textOf: (row: Row) => row.name },
  });
}
const rows = () => screen.getAllByRole('row').length - 1;

describe('a table of a thousand rows', () => {
  it('makes them as somebody comes near, and says how many there are', async () => {
    show(1000);
    expect(rows()).toBe(100);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('1001');
    comeNear();
    await vi.waitFor(() => expect(rows()).toBe(200));
  });

  it('is searched as a whole, also where nothing was made yet', async () => {
    show(1000);
    const box = screen.getByRole('searchbox', { name: 'Search' });
    await fireEvent.input(box, { target: { value: 'queue 99' } });
    expect(rows()).toBe(11);
    await fireEvent.input(box, { target: { value: 'kiln' } });
    expect(screen.getByRole('status').textContent).toBe('Nothing matches');
  });

  it('is not searched where it is short', () => {
    show(9);
    expect(rows()).toBe(9);
    expect(screen.queryByRole('searchbox')).toBeNull();
  });
});
