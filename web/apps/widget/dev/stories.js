/** The situations to look at, each played from an open shop page. */

const talk = {
  'zh-CN': {
    ask: '你好，天青釉盖碗的盖子碰掉了一小块，可以单独补一个盖子吗？',
    order: '订单号是 QY20261108',
    hello: '您好，我是林溪。给您添麻烦了，先帮您看一下订单。',
    answer:
      '**可以的。** 您这一批是 150 ml 的盖碗，我们有备用盖，今天就能寄出。\n\n物流信息会更新在这里：https://shop.example/orders/QY20261108',
    thanks: '太好了，谢谢!',
  },
  'en-GB': {
    ask: 'Hello, the lid of my sky celadon gaiwan has a chip. Can I get just a new lid?',
    order: 'The order is QY20261108',
    hello: 'Hello, this is Ellen. I am sorry about that, let me look at the order.',
    answer:
      '**Yes, you can.** Yours is the 150 ml batch and we have spare lids, so one goes out today.\n\nYou can follow it here: https://shop.example/orders/QY20261108',
    thanks: 'Wonderful, thank you.',
  },
};

const agent = (locale) => (locale === 'zh-CN' ? '林溪' : 'Ellen');

export const open = async ({ page, panel }) => {
  await page.locator('zhiyin-chat .b').click();
  await panel.locator('textarea').waitFor();
};

export const write = async ({ panel }, text) => {
  const box = panel.locator('.write textarea');
  await box.fill(text);
  await box.press('Enter');
  await panel
    .locator('.us .bub', { hasText: text.slice(0, 12) })
    .first()
    .waitFor();
};

const settled = ({ panel }) => panel.locator('.us .st').last().waitFor();

async function converse(scene) {
  const { server, locale, panel } = scene;
  const words = talk[locale];
  const name = agent(locale);
  await open(scene);
  await write(scene, words.ask);
  await write(scene, words.order);
  await settled(scene);
  server.act({ do: 'assign', name });
  server.act({ do: 'write', name, text: words.hello });
  server.act({ do: 'write', name, text: words.answer });
  await panel.locator('.bub strong').waitFor();
}

const image = () => {
  // A plain picture, drawn here so that no file has to be kept.
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkWNrwHwAFAAJ/vk2bFQAAAABJRU5ErkJggg==';
  return Buffer.from(pixel, 'base64');
};

export const stories = [
  { name: 'closed', play: ({ page }) => page.locator('zhiyin-chat .b').waitFor() },
  { name: 'welcome', play: open },
  { name: 'offline', inbox: 'offline', play: open },
  { name: 'talk', play: converse },
  {
    name: 'typing',
    async play(scene) {
      await converse(scene);
      await write(scene, talk[scene.locale].thanks);
      await settled(scene);
      scene.server.act({ do: 'seen' });
      scene.server.act({ do: 'typing', name: agent(scene.locale) });
      await scene.panel.locator('.typing').waitFor();
    },
  },
  {
    name: 'preview',
    async play(scene) {
      await converse(scene);
      await scene.panel.locator('header .ib').last().click();
      await scene.panel.locator('main').waitFor({ state: 'hidden' });
      await scene.page.waitForTimeout(200);
      scene.server.act({ do: 'write', name: agent(scene.locale), text: talk[scene.locale].hello });
      await scene.page.locator('zhiyin-chat .p').waitFor();
    },
  },
  {
    name: 'rate',
    async play(scene) {
      await converse(scene);
      scene.server.act({ do: 'resolve' });
      await scene.panel.locator('.rate').waitFor();
    },
  },
  {
    name: 'rated',
    async play(scene) {
      await converse(scene);
      scene.server.act({ do: 'resolve' });
      await scene.panel.locator('.big5 .star').nth(3).click();
      await scene.panel.locator('.dim').first().waitFor();
      await scene.panel.locator('.dim').nth(2).locator('.star').nth(4).click();
    },
  },
  {
    name: 'prechat',
    inbox: 'prechat',
    async play(scene) {
      await open(scene);
      const box = scene.panel.locator('textarea');
      await box.fill(talk[scene.locale].ask);
      await box.press('Enter');
      await scene.panel.locator('.sheet input').first().waitFor();
      await scene.panel.locator('.sheet .big').click();
    },
  },
  {
    name: 'menu',
    async play(scene) {
      await converse(scene);
      await scene.panel.locator('.more').click();
      await scene.panel.locator('.sheet').waitFor();
    },
  },
  {
    name: 'transcript',
    async play(scene) {
      await converse(scene);
      await scene.panel.locator('.more').click();
      await scene.panel.locator('.item').nth(2).click();
      await scene.panel.locator('.sheet input').waitFor();
    },
  },
  {
    name: 'emoji',
    async play(scene) {
      await open(scene);
      await scene.panel.locator('.tools .ib').nth(1).click();
      await scene.panel.locator('.emo').waitFor();
    },
  },
  {
    name: 'files',
    async play(scene) {
      await converse(scene);
      const { server, panel } = scene;
      const picture = server.service.upload('lid.png', 'image/png', image());
      const invoice = server.service.upload(
        'invoice-QY20261108.pdf',
        'application/pdf',
        Buffer.alloc(184_320),
      );
      server.act({ do: 'write', name: agent(scene.locale), attachments: [picture, invoice] });
      await panel.locator('.pic img[src]').waitFor();
      await panel.locator('input[type=file]').setInputFiles([
        {
          name: '盖子破损的照片-2026-11-08.jpg',
          mimeType: 'image/jpeg',
          buffer: Buffer.alloc(1_400_000),
        },
        { name: 'notes.html', mimeType: 'text/html', buffer: Buffer.from('<b>') },
      ]);
      await panel.locator('.ups li').nth(1).waitFor();
      await panel.locator('.ups small').nth(1).waitFor();
    },
  },
  {
    name: 'rich',
    async play(scene) {
      await converse(scene);
      scene.server.act({
        do: 'write',
        name: agent(scene.locale),
        text: 'x',
        blocks: [
          {
            type: 'paragraph',
            inlines: [
              { type: 'text', text: '95 °C' },
              { type: 'italic', inlines: [{ type: 'text', text: ' gongfu' }] },
            ],
          },
          {
            type: 'list',
            ordered: true,
            items: [[{ type: 'text', text: '7 g' }], [{ type: 'text', text: '110 ml' }]],
          },
          { type: 'quote', inlines: [{ type: 'text', text: 'QY20261108' }] },
          { type: 'code', text: 'SF1234567890' },
        ],
        cards: [
          { title: 'Listening to Rain', text: '¥688 · $98', url: 'https://shop.example/rain' },
        ],
        quick_replies: [
          { label: 'OK', text: 'OK' },
          { label: '查物流', text: '查物流' },
        ],
      });
      await scene.panel.locator('.qr').waitFor();
    },
  },
  {
    name: 'asked',
    async play(scene) {
      await converse(scene);
      const asks = (kind, answer = null) => ({ kind, answer, answered_at: null });
      const [notice, solved] =
        scene.locale === 'en'
          ? ['Hand-made pieces differ a little in colour from the pictures.', 'Is it solved?']
          : ['手工器物的釉色与图片会有细微差别。', '您反映的问题解决了吗？'];
      scene.server.act({ do: 'write', text: notice, ask: asks('notice') });
      scene.server.act({ do: 'write', text: solved, ask: asks('solved', 'confirmed') });
      scene.server.act({ do: 'write', text: solved, ask: asks('solved') });
      await scene.panel.locator('.ask').nth(2).waitFor();
    },
  },
  {
    name: 'help-search',
    async play(scene) {
      await open(scene);
      await scene.panel.locator('.find').click();
      await scene.panel.locator('[type=search]').fill(scene.locale === 'zh-CN' ? '退货' : 'return');
      await scene.panel.locator('.hits button').first().waitFor();
    },
  },
  {
    name: 'help-article',
    async play(scene) {
      await open(scene);
      await scene.panel.locator('.find').click();
      await scene.panel.locator('[type=search]').fill(scene.locale === 'zh-CN' ? '退货' : 'return');
      await scene.panel.locator('.hits button').first().click();
      await scene.panel.locator('.pick').last().click();
    },
  },
  {
    name: 'help-typing',
    async play(scene) {
      await open(scene);
      const box = scene.panel.locator('textarea');
      await box.fill(scene.locale === 'zh-CN' ? '请问如何 退货' : 'How can I return it?');
      await scene.panel.locator('.may button').last().waitFor();
    },
  },
  {
    name: 'cut',
    async play(scene) {
      await converse(scene);
      scene.server.down();
      await write(scene, talk[scene.locale].thanks);
      await scene.panel.locator('.notice').waitFor();
      setTimeout(scene.server.up, 600);
    },
  },
  {
    name: 'slow',
    async play(scene) {
      await open(scene);
      for (let i = 0; i < 13; i++) await write(scene, `${i} ${talk[scene.locale].order}`);
      await scene.panel.locator('.notice').waitFor();
    },
  },
  {
    name: 'blocked',
    inbox: 'blocked',
    play: async (scene) => {
      await open(scene);
      await scene.panel.locator('textarea').fill('hello');
      await scene.panel.locator('textarea').press('Enter');
      await scene.panel.locator('.stop').waitFor();
    },
  },
  { name: 'orange', inbox: 'orange', play: converse },
];
