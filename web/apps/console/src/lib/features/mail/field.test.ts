import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { language } from '$lib/shared/i18n.svelte.ts';
import AddressField from './AddressField.svelte';
import { MailDraft } from './draft.svelte.ts';

function setup() {
  const draft = new MailDraft('cv_1', {
    storage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
    api: {
      getRecipients: async () => ({
        ok: true,
        value: { to: [], cc: [], subject: '', message_id: null, from: null, signature: '' },
      }),
    },
  });
  render(AddressField, { draft, field: 'to' });
  const input = screen.getByLabelText<HTMLInputElement>('To');
  const type = (text: string) => fireEvent.input(input, { target: { value: text } });
  const key = (name: string, more: KeyboardEventInit = {}) =>
    fireEvent.keyDown(document.activeElement ?? input, { key: name, ...more });
  const paste = (text: string) => {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'clipboardData', { value: { getData: () => text } });
    return fireEvent(input, event);
  };
  const addresses = () => draft.people.to.map((one) => one.address);
  return { draft, input, type, key, paste, addresses };
}

describe('the field of addresses', () => {
  beforeAll(async () => {
    await language.choose('en');
    await language.loadPages();
  });
  afterEach(cleanup);

  it('takes what is typed at Enter, a comma, or when it is left', async () => {
    const { input, type, key, addresses } = setup();
    input.focus();
    await type('a@b.cn');
    await key('Enter');
    await type('c@d.cn');
    await key(',');
    await type('e@f.cn');
    await fireEvent.blur(input);
    expect(addresses()).toEqual(['a@b.cn', 'c@d.cn', 'e@f.cn']);
    expect(input.value).toBe('');
  });

  it('leaves Enter to an input method', async () => {
    const { input, type, key, addresses } = setup();
    input.focus();
    await type('王芳');
    await key('Enter', { isComposing: true });
    expect(addresses()).toEqual([]);
  });

  it('takes many at once, and leaves a single piece to be edited', async () => {
    const { paste, addresses } = setup();
    await paste('王芳 <fang@shop.cn>；a@b.cn\nc@d.cn');
    expect(addresses()).toEqual(['fang@shop.cn', 'a@b.cn', 'c@d.cn']);
    await paste('new@shop.cn');
    expect(addresses()).toHaveLength(3);
  });

  it('is walked and emptied by keyboard', async () => {
    const { input, paste, key, addresses } = setup();
    await paste('a@b.cn, c@d.cn, e@f.cn');
    input.focus();
    await key('Backspace');
    expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^e@f\.cn/);
    await key('ArrowLeft');
    await key('Delete');
    expect(addresses()).toEqual(['a@b.cn', 'e@f.cn']);
  });

  it('says what is no address, and gives it back to be mended', async () => {
    const { input, paste, addresses } = setup();
    await paste('a@b.cn, lin at shop');
    expect(screen.getByRole('alert').textContent).toContain('lin at shop');
    await fireEvent.click(screen.getByLabelText(/^lin at shop is no/));
    expect(addresses()).toEqual(['a@b.cn']);
    expect(input.value).toBe('lin at shop');
  });
});
