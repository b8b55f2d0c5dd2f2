import type { Webhook } from '@zhiyin/api';
import type { T } from '@zhiyin/i18n';
import { expect, test } from 'vitest';
import { chooseEvent, groupsOf, pretty, resultOf, stateOf } from './state.ts';

const t = ((key: string, values?: Record<string, unknown>) =>
  values ? `${key} ${Object.values(values).join()}` : key) as unknown as T;
const webhook = (change: Partial<Webhook>) =>
  ({ is_enabled: true, failing_since: null, disabled_reason: null, ...change }) as Webhook;

test('a webhook that switched itself off stands out from one that was switched off', () => {
  expect(stateOf(webhook({})).tone).toBe('moss');
  expect(stateOf(webhook({ failing_since: '2026-03-02T00:00:00Z' })).tone).toBe('amber');
  expect(stateOf(webhook({ is_enabled: false, disabled_reason: 'by_hand' })).tone).toBe('quiet');
  expect(stateOf(webhook({ is_enabled: false, disabled_reason: 'gone' })).tone).toBe('vermilion');
});

test('a result is a status, a reason in words, or nothing yet', () => {
  expect(resultOf(t, { status: 503, error: null })).toBe('HTTP 503');
  expect(resultOf(t, { status: null, error: 'timeout' })).toBe('webhook.error.timeout');
  expect(resultOf(t, { status: null, error: 'new_one' })).toBe('new_one');
  expect(resultOf(t, { status: null, error: null })).toBe('');
});

test('events stand in groups, and one that is unknown by now can be taken away', () => {
  const types = ['case.noted', 'message.created', 'case.created'];
  const groups = groupsOf(t, types, ['call.ended', 'case.*']);
  expect(groups.map((one) => [one.id, one.types])).toEqual([
    ['message', ['message.created']],
    ['case', ['case.created', 'case.noted']],
    ['call', ['call.ended']],
  ]);
});

test('a whole group takes the place of its single events', () => {
  const chosen = ['case.created', 'message.created'];
  expect(chooseEvent(chosen, 'case.*', true)).toEqual(['message.created', 'case.*']);
  expect(chooseEvent(['case.*'], 'case.*', false)).toEqual([]);
  expect(chooseEvent(chosen, 'case.created', false)).toEqual(['message.created']);
});

test('what is no JSON stays as it is', () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty('<html>')).toBe('<html>');
});
