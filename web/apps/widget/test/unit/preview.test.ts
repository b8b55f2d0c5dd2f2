import { describe, expect, it } from 'vitest';
import { isRatingOpen } from '../../src/chunks/talk/rows';
import type { WidgetSettings } from '../../src/panel/dto';
import { initialState } from '../../src/panel/state';
import type { State } from '../../src/panel/state';
import { isTalk, stateOf } from '../../src/preview/sample';
import type { Look, Scene } from '../../src/preview/sample';

const settings = {
  color: '#1f6f6b',
  prechat: { enabled: true, fields: [] },
  rating: { enabled: true, ask_dimensions: true, ask_expectation: false, cooldown_days: 0 },
} as unknown as WidgetSettings;

const state = (scene: Scene, changes: Partial<Look> = {}): State => ({
  ...initialState,
  ...stateOf({
    settings,
    locale: 'en',
    agents: [{ name: 'Ellen', avatar_url: null }],
    scene,
    ...changes,
  }),
});

describe('a preview', () => {
  it('begins with the greeting and nothing said', () => {
    const { config, conversation, messages, sheet } = state('start');
    expect(config?.settings).toBe(settings);
    expect([config?.is_online, conversation, messages, sheet]).toEqual([true, null, [], null]);
  });

  it('shows nobody there, and questions only where they are asked', () => {
    expect(state('away').config?.is_online).toBe(false);
    expect(state('form').sheet).toBe('form');
    const quiet = { ...settings, prechat: { enabled: false, fields: [] } };
    expect(state('form', { settings: quiet }).sheet).toBeNull();
  });

  it('talks in the language of the customer and as somebody of the inbox', () => {
    const { messages, conversation } = state('talk', { locale: 'zh-CN' });
    expect(messages.map(({ author }) => author.kind)).toEqual(['contact', 'agent', 'contact']);
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    for (const { text } of messages) expect(text).toMatch(/[一-鿿]/);
    expect(conversation?.assignee?.name).toBe('Ellen');
    expect(state('talk', { agents: [] }).conversation?.assignee?.name).toBe('Support');
  });

  it('asks for a rating only where the inbox does', () => {
    expect(isRatingOpen(state('talk'))).toBe(false);
    expect(isRatingOpen(state('rating'))).toBe(true);
    const rating = { ...settings.rating, enabled: false };
    expect(isRatingOpen(state('rating', { settings: { ...settings, rating } }))).toBe(false);
  });

  it('needs the conversation where something was said', () => {
    const scenes: Scene[] = ['start', 'away', 'form', 'talk', 'rating'];
    expect(scenes.filter(isTalk)).toEqual(['talk', 'rating']);
  });
});
