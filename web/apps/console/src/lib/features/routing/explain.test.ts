import type { Decision, Explanation } from '@zhiyin/api';
import { createTimeFormat, loadTranslate, type Locale } from '@zhiyin/i18n';
import { describe, expect, it } from 'vitest';
import { tell, type Words } from './explain.ts';

const explanation: Explanation = {
  reason: 'specialist',
  trigger: 'agent_free',
  waited_s: 125,
  credits: { tier_s: 90, severity_s: 0, stage_s: 0, added_s: 0 },
  step: 0,
  left_waiting: 0,
  agents: {
    all: 6,
    other_team: 2,
    lacking_skill: 0,
    below_level: 0,
    other_language: 1,
    absent: 0,
    full: 1,
    paused: 0,
    free: 2,
  },
  candidates: [],
};

const decision = (given: Partial<Explanation> = {}): Decision => ({
  id: 'rd_1',
  at: '2026-01-01T00:00:00Z',
  agent_id: 'ag_1',
  queue_id: 'qu_1',
  mode: { kind: 'offer', until: '2026-01-01T00:00:20Z' },
  explanation: { ...explanation, ...given },
});

async function words(locale: Locale): Promise<Words> {
  const t = await loadTranslate(locale);
  return {
    t,
    time: createTimeFormat(locale, 'UTC'),
    join: (parts) => parts.join(locale === 'en' ? ', ' : '、'),
    agent: () => 'Mei',
  };
}

describe('a decision in sentences', () => {
  it('says why now, why this one, the place in line and who else there was', async () => {
    const told = tell(decision(), await words('en'));
    expect(told.title).toBe('Offered to Mei');
    expect(told.sentences).toHaveLength(4);
    expect(told.sentences[2]).toBe(
      'The customer had waited 2:05, which counts as 3:35: 1:30 for the tier.',
    );
    expect(told.sentences[3]).toBe(
      'Of 6 agents: 2 in other teams, 1 without the language, 1 at capacity, 2 free.',
    );
  });

  it('says what gave way and who still waits, when there is such', async () => {
    const told = tell(decision({ step: 2, left_waiting: 3 }), await words('en'));
    expect(told.sentences).toContain('2 steps had already given way, because nobody came.');
    expect(told.sentences.at(-1)).toMatch(/^3 others/);
  });

  it('reads the same in Chinese, with nothing left unfilled', async () => {
    const chinese = await words('zh-CN');
    for (const given of [{}, { step: 1, left_waiting: 1 }, { credits: explanation.credits }]) {
      const { title, sentences } = tell(decision(given), chinese);
      for (const sentence of [title, ...sentences])
        expect(sentence).not.toMatch(/[{}]|why\.|[a-z]_/);
    }
  });
});
