import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { language } from '$lib/shared/i18n.svelte.ts';
import DurationField from './DurationField.svelte';
import LineExample from './LineExample.svelte';

afterEach(cleanup);

const rows = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent.replace(/\s+/g, ' ').trim());

describe('the worked example', () => {
  it('follows the credits, in words and numbers', async () => {
    await language.choose('en');
    await language.loadPages();
    const given = { tier_s: { '9': 90 }, severity_s: { urgent: 600 }, stage_s: {} };
    const { rerender } = render(LineExample, { priorities: given });
    expect(rows()[0]).toMatch(/^1 ?An urgent matter ?10:00 for the urgency ?0:20 ?10:20$/);
    expect(rows()[1]).toMatch(/A customer of tier 9 ?1:30 for the tier/);
    await rerender({ priorities: { ...given, severity_s: {} } });
    expect(rows()[0]).toMatch(/A customer of tier 9/);
    expect(rows().at(-1)).toMatch(/An urgent matter ?0:20 ?0:20/);
  });
});

describe('a length of time', () => {
  it('is shown in its unit, taken as it is typed, and kept within its limits', async () => {
    await language.choose('en');
    await language.loadPages();
    const props = $state({ label: 'Offer', value: 120, min: 5, max: 600 });
    render(DurationField, props);
    const field = screen.getByLabelText<HTMLInputElement>('Offer');
    const unit = screen.getByLabelText<HTMLSelectElement>('Unit');
    expect([field.value, unit.value]).toEqual(['2', 'minutes']);
    field.value = '99';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('blur', { bubbles: true }));
    await tick();
    expect(field.value).toBe('10');
  });
});
