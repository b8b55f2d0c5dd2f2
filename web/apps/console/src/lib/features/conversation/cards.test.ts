import type { Message } from '@zhiyin/api';
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { language } from '$lib/shared/i18n.svelte.ts';
import Cards from './Cards.svelte';
import { pictureAt, safeHref } from './links.ts';
import { pickedReplies, plainText } from './cards.ts';
import QuickReplies from './QuickReplies.svelte';

afterEach(cleanup);

let seq = 0;
const message = (kind: 'contact' | 'bot' | 'agent', given: Partial<Message>): Message =>
  ({
    id: `ms_${(seq += 1)}`,
    seq,
    kind: 'text',
    author: { kind, id: null, name: '', avatar_url: null },
    text: '',
    quick_replies: [],
    cards: [],
    ...given,
  }) as unknown as Message;

const replies = [
  { label: 'Lid', text: 'I need a new lid' },
  { label: 'Cup', text: 'I need a new cup' },
];

describe('quick replies', () => {
  it('are marked when the customer gave one next', () => {
    const offer = message('bot', { quick_replies: replies });
    const messages = [offer, message('contact', { text: ' I need a new cup ' })];
    expect(pickedReplies(messages)).toEqual(new Map([[offer.id, 1]]));
  });

  it('are not marked by other words, by later ones or after another message of ours', () => {
    const given = message('contact', { text: 'I need a new lid' });
    const offer = message('bot', { quick_replies: replies });
    expect(pickedReplies([offer, message('contact', { text: 'Something else' }), given])).toEqual(
      new Map(),
    );
    expect(pickedReplies([offer, message('agent', { text: 'Hello' }), given])).toEqual(new Map());
  });

  it('are not disturbed by notes and lines of the system', () => {
    const offer = message('bot', { quick_replies: replies });
    const note = message('agent', { kind: 'note', text: 'wait' });
    const given = message('contact', { text: 'I need a new lid' });
    expect(pickedReplies([offer, note, given]).get(offer.id)).toBe(0);
  });

  it('are read, not pressed; what they send is told where it differs', async () => {
    await language.choose('en');
    render(QuickReplies, { replies: [...replies, { label: 'Yes', text: 'Yes' }], picked: 1 });
    expect(screen.queryAllByRole('button')).toEqual([]);
    const items = screen.getAllByRole('listitem').map((it) => it.textContent.replace(/\s+/g, ' '));
    expect(items.map((it) => it.trim())).toEqual([
      'Lid sends: I need a new lid',
      'Picked: Cup sends: I need a new cup',
      'Yes',
    ]);
  });
});

describe('cards', () => {
  it('show pictures of our own and offer those of others as links', async () => {
    await language.choose('en');
    const ours = `${location.origin}/files/lid.png`;
    const { container } = render(Cards, {
      cards: [
        { title: 'Lid', text: 'Fits 150 ml', image_url: ours, url: 'https://shop.example/lid' },
        { title: 'Cup', image_url: 'https://elsewhere.example/cup.png' },
      ],
    });
    const images = [...container.querySelectorAll('img')].map((it) => it.src);
    expect(images).toEqual([ours]);
    const links = screen
      .getAllByRole('link')
      .map((it) => [it.textContent.trim(), it.getAttribute('href')]);
    expect(links).toEqual([
      ['Open the link', 'https://shop.example/lid'],
      ['Picture at elsewhere.example', 'https://elsewhere.example/cup.png'],
    ]);
    expect(screen.getByRole('list', { name: '2 cards' })).toBeTruthy();
  });

  it('never make a link of a script', () => {
    render(Cards, { cards: [{ title: 'X', url: 'javascript:alert(1)', image_url: 'data:x,y' }] });
    expect(screen.queryAllByRole('link')).toEqual([]);
    expect(screen.getByText('javascript:alert(1)')).toBeTruthy();
    expect(safeHref('JAVASCRIPT:alert(1)')).toBeNull();
    expect(pictureAt('//elsewhere.example/a.png', 'https://desk.example')).toEqual({
      kind: 'elsewhere',
      url: 'https://elsewhere.example/a.png',
      host: 'elsewhere.example',
    });
    expect(pictureAt('http://[', 'https://desk.example')).toBeNull();
  });

  it('are part of what is copied and read out', () => {
    const cards = [
      { title: 'Lid', text: 'Fits', url: 'https://shop.example/lid' },
      { title: 'Cup' },
    ];
    expect(plainText({ text: 'Look', cards })).toBe(
      'Look\n\nLid\nFits\nhttps://shop.example/lid\n\nCup',
    );
    expect(plainText({ text: '', cards: [] })).toBe('');
  });
});
