import type { NoticeEntry } from '@zhiyin/api';
import { describe, expect, it } from 'vitest';
import { entryFault, noticeFault, reach } from './rules.ts';

const entry: NoticeEntry = {
  key: 'kiln',
  kind: 'notice',
  is_enabled: true,
  name: { en: 'Kiln' },
  text: { en: 'The kiln rests on Sundays.' },
  situation: { inbox_ids: [], topic_ids: [], case_types: [], stages: [] },
  severity: 3,
  likelihood: 4,
};

describe('the rules of notices', () => {
  it('reach fewer customers the fewer points an entry has', () => {
    expect(reach({ severity: 5, likelihood: 4 }, 20)).toBe('regular');
    expect(reach({ severity: 3, likelihood: 4 }, 20)).toBe('some');
    expect(reach({ severity: 2, likelihood: 4 }, 20)).toBe('new');
    expect(reach({ severity: 2, likelihood: 3 }, 20)).toBe('never');
  });

  it('want a name and words in one language at least', () => {
    expect(entryFault(entry)).toBeNull();
    expect(entryFault({ ...entry, text: { en: ' ' } })).toBe('entry');
    expect(entryFault({ ...entry, name: {} })).toBe('entry');
  });

  it('want whole numbers within their bounds', () => {
    const rules = { threshold: 20, repeat_after_days: 90, entries: [entry] };
    expect(noticeFault(rules)).toBeNull();
    expect(noticeFault({ ...rules, threshold: 76 })).toBe('threshold');
    expect(noticeFault({ ...rules, repeat_after_days: 1.5 })).toBe('repeat');
    expect(noticeFault({ ...rules, entries: [{ ...entry, name: {} }] })).toBe('entry');
  });
});
