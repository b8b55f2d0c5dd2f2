import type { Page } from '@playwright/test';

/** The list of quick replies in a conversation. */
export const QUICK_REPLIES = /^(Quick replies|可选回复)$/;

const LONG = 'https://shop.example/a/very/long/address/without/any/blank/'.repeat(3);

/** What a bot may send besides text, with as much of it as there can be. */
export const CARDS = {
  cards: [
    {
      title: '天青釉盖碗 Sky celadon gaiwan, 150 ml, with a lid that fits the second batch only',
      text: 'Fired in a wood kiln.\nIn stock, leaves the same day.',
      image_url: '/demo/shop/icon.svg',
      url: 'https://shop.example/gaiwan',
    },
    { title: LONG, image_url: 'https://pictures.example/cup.png', url: LONG },
  ],
  quick_replies: [
    { label: 'Yes', text: 'Yes' },
    { label: '单独补一个盖子', text: '您好，我想单独补一个 150 ml 盖碗的盖子，请问多少钱？' },
    { label: LONG, text: LONG },
  ],
};

interface Row {
  kind: string;
  author: { kind: string };
}

/**
 * Cards and quick replies come from bots, of which the sample company has none yet: the last
 * answer of each conversation gets some on its way to the page.
 */
export async function withCards(page: Page): Promise<void> {
  await page.route(/\/conversations\/[^/]+\/messages\?/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { items: Row[] };
    const row = body.items.findLast((it) => it.kind === 'text' && it.author.kind !== 'contact');
    if (row) Object.assign(row, CARDS);
    await route.fulfill({ response: answer, json: body });
  });
}
