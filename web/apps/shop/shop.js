/** The demo shop: a few products, two languages, and the chat widget embedded as on any site. */

const texts = {
  'zh-CN': {
    brand: '青屿茶器',
    note: '满 199 元包邮，48 小时内发货',
    tea: '茶',
    ware: '器',
    about: '关于青屿',
    other: 'English',
    bag: '购物袋',
    headline: '做茶，也做喝茶的器物',
    lead: '茶来自四川、福建与浙江的几座茶山，器物出自景德镇的一间小窑。我们每季只上新一次，卖完再烧。',
    see: '看看本季的器物',
    season: '本季在售',
    deliveryTitle: '寄送',
    delivery: '现货 48 小时内从景德镇发出，江浙沪次日达。海外五至八个工作日。',
    brokenTitle: '破损必赔',
    broken: '瓷器逐件防震包装。到货若有破损，拍一张照片发给客服，我们当天补发。',
    returnTitle: '七天无理由',
    returns: '未使用的器物七天内可退换，来回运费由我们承担一次。',
    storyTitle: '一间小窑，四个人',
    story1: '青屿 2014 年始于景德镇三宝村。最初只烧一种天青釉，烧了两年才敢拿出来卖。',
    story2:
      '现在窑口仍是四个人：一位拉坯，一位配釉，一位画，一位看火。器物上细小的针眼和流釉是柴火留下的，不算瑕疵。',
    add: '加入购物袋',
    added: '已加入购物袋',
    ask: '咨询这件器物',
    back: '返回全部',
    size: '规格',
    made: '产地',
    care: '养护',
    rights: '© 青屿茶器（演示商店，商品与公司均为虚构）',
  },
  en: {
    brand: 'Qingyu Tea & Ceramics',
    note: 'Free shipping from $60. Sent within 48 hours.',
    tea: 'Tea',
    ware: 'Ware',
    about: 'About us',
    other: '中文',
    bag: 'Bag',
    headline: 'Tea, and the ceramics to drink it from',
    lead: 'Our tea comes from a few hillsides in Sichuan, Fujian and Zhejiang, our ware from one small kiln in Jingdezhen. We fire once a season and start again when it is gone.',
    see: 'See this season’s pieces',
    season: 'This season',
    deliveryTitle: 'Delivery',
    delivery:
      'In-stock pieces leave Jingdezhen within 48 hours. Five to eight working days abroad, with tracking.',
    brokenTitle: 'If it breaks on the way',
    broken:
      'Every piece is packed by hand. If one arrives broken, send us a photo and we replace it the same day.',
    returnTitle: 'Returns',
    returns: 'Unused pieces can come back within seven days. We pay the shipping once.',
    storyTitle: 'One small kiln, four people',
    story1:
      'Qingyu began in 2014 in Sanbao village, Jingdezhen. For two years we fired nothing but one sky celadon, and sold none of it.',
    story2:
      'We are still four: one throws, one mixes glaze, one paints, one watches the fire. The tiny pinholes and runs are what the wood left behind.',
    add: 'Add to bag',
    added: 'Added to bag',
    ask: 'Ask about this piece',
    back: 'All pieces',
    size: 'Size',
    made: 'Made in',
    care: 'Care',
    rights: '© Qingyu Tea & Ceramics (a demo shop; goods and company are invented)',
  },
};

const jingdezhen = { 'zh-CN': '江西景德镇', en: 'Jingdezhen, Jiangxi' };
const handWash = {
  'zh-CN': '温水手洗，避免骤冷骤热',
  en: 'Wash by hand in warm water; avoid sudden cold',
};
const dryPlace = {
  'zh-CN': '密封避光，开封后两个月内喝完',
  en: 'Keep sealed and dark; drink within two months',
};

const products = [
  {
    key: 'sky-gaiwan',
    shape: 'gaiwan',
    colour: '#8fb5ae',
    price: { 'zh-CN': '¥268', en: '$38' },
    name: { 'zh-CN': '天青釉盖碗', en: 'Sky celadon gaiwan' },
    size: '150 ml',
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '雨后天色的青釉，开片极细。撇口不烫手，适合绿茶与清香乌龙。',
      en: 'The blue of a sky after rain, with the finest crackle. The flared rim stays cool in the hand; made for green tea and light oolong.',
    },
  },
  {
    key: 'white-gaiwan',
    shape: 'gaiwan',
    colour: '#e9e4d8',
    price: { 'zh-CN': '¥238', en: '$34' },
    name: { 'zh-CN': '甜白釉盖碗', en: 'Sweet white gaiwan' },
    size: '130 ml',
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '温润如乳的甜白釉，什么茶汤放进去都好看。新手的第一只盖碗。',
      en: 'A warm, milky white that flatters every tea. A good first gaiwan.',
    },
  },
  {
    key: 'hat-cup',
    shape: 'cup',
    colour: '#a9bfae',
    price: { 'zh-CN': '¥88', en: '$12' },
    name: { 'zh-CN': '斗笠杯', en: 'Bamboo hat cup' },
    size: '60 ml',
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '敞口聚底，像一顶倒放的斗笠。茶汤凉得快，香气散得开。',
      en: 'Wide at the lip and narrow at the foot, like a farmer’s hat turned over. Tea cools quickly and opens up.',
    },
  },
  {
    key: 'pitcher',
    shape: 'pitcher',
    colour: '#7d9aa0',
    price: { 'zh-CN': '¥158', en: '$22' },
    name: { 'zh-CN': '匀杯公道杯', en: 'Sharing pitcher' },
    size: '220 ml',
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '断水利落，三个人喝刚好两巡。',
      en: 'Pours without a drip, and holds two rounds for three.',
    },
  },
  {
    key: 'jar',
    shape: 'jar',
    colour: '#8b7a66',
    price: { 'zh-CN': '¥196', en: '$28' },
    name: { 'zh-CN': '粗陶茶叶罐', en: 'Stoneware tea jar' },
    size: '700 ml',
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '粗陶透气，胡桃木盖内嵌硅胶圈。可存 250 克岩茶或一饼白茶。',
      en: 'Breathing stoneware with a sealed walnut lid. Holds 250 g of rock oolong or a cake of white tea.',
    },
  },
  {
    key: 'longjing',
    shape: 'tea',
    colour: '#7d9a4e',
    price: { 'zh-CN': '¥186', en: '$29' },
    name: { 'zh-CN': '明前龙井', en: 'Pre-Qingming Longjing' },
    size: '50 g',
    made: { 'zh-CN': '浙江杭州', en: 'Hangzhou, Zhejiang' },
    care: dryPlace,
    text: {
      'zh-CN': '群体种，三月二十八日采，手工辉锅。豆香干净，回甘快。',
      en: 'Picked on 28 March from the old local bushes and finished by hand. Clean chestnut aroma, quick sweetness.',
    },
  },
  {
    key: 'dahongpao',
    shape: 'tea',
    colour: '#8a4a34',
    price: { 'zh-CN': '¥220', en: '$32' },
    name: { 'zh-CN': '大红袍', en: 'Dahongpao' },
    size: '100 g',
    made: { 'zh-CN': '福建武夷山', en: 'Wuyi mountains, Fujian' },
    care: dryPlace,
    text: {
      'zh-CN': '三道炭焙，火功已退。岩韵厚，适合盖碗与朱泥壶。',
      en: 'Roasted three times over charcoal and rested since. Deep and mineral; use a gaiwan or a clay pot.',
    },
  },
  {
    key: 'rain-set',
    shape: 'set',
    colour: '#7fa9a3',
    price: { 'zh-CN': '¥688', en: '$98' },
    name: { 'zh-CN': '听雨茶席套装', en: 'Listening to Rain tea set' },
    size: { 'zh-CN': '一壶四杯，配木盘', en: 'One pot, four cups, wooden tray' },
    made: jingdezhen,
    care: handWash,
    text: {
      'zh-CN': '一把小壶、四只杯、一方榉木盘，装在可提的木盒里。送人或自用都合适。',
      en: 'A small pot, four cups and a beech tray in a wooden carrying box. For a friend, or for yourself.',
    },
  },
];

const saved = (name) => {
  try {
    return localStorage.getItem('qingyu:' + name);
  } catch {
    return null;
  }
};
const save = (name, value) => {
  try {
    localStorage.setItem('qingyu:' + name, value);
  } catch {
    // The shop works without memory, too.
  }
};

const wanted =
  new URLSearchParams(location.search).get('lang') ??
  saved('lang') ??
  document.documentElement.lang;
let locale = /^zh/i.test(wanted) ? 'zh-CN' : 'en';

// Calls made before the widget's script has arrived wait in this array.
window.Zhiyin = window.Zhiyin || [];

const said = (value) => (typeof value === 'string' ? value : value[locale]);

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function picture({ shape, colour }) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', 'ware.svg#' + shape);
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('viewBox', shape === 'set' ? '0 0 420 220' : '0 0 200 160');
  svg.style.color = colour;
  svg.append(use);
  return svg;
}

function drawGrid(list) {
  list.replaceChildren(
    ...products.map((product) => {
      const item = element('li');
      const link = element('a');
      const shot = element('span', 'shot');
      shot.append(picture(product));
      link.href = 'piece.html?p=' + product.key;
      link.append(
        shot,
        element('h3', '', said(product.name)),
        element('p', 'muted', said(product.size)),
        element('p', 'price', said(product.price)),
      );
      item.append(link);
      return item;
    }),
  );
}

function drawPiece(place) {
  const key = new URLSearchParams(location.search).get('p');
  const product = products.find((candidate) => candidate.key === key) ?? products[0];
  const words = texts[locale];
  const shot = element('div', 'shot');
  shot.append(picture(product));
  const facts = element('dl');
  for (const name of ['size', 'made', 'care'])
    facts.append(element('dt', '', words[name]), element('dd', '', said(product[name])));
  const add = element('button', 'primary', words.add);
  add.onclick = () => {
    save('bag', String(Number(saved('bag') ?? 0) + 1));
    add.textContent = words.added;
    showBag();
  };
  const ask = element('button', '', words.ask);
  ask.onclick = () => {
    window.Zhiyin.push(['setAttributes', { product: said(product.name) }]);
    window.Zhiyin.push(['open']);
  };
  const acts = element('div', 'acts');
  acts.append(add, ask);
  const side = element('div');
  side.append(
    element('h1', '', said(product.name)),
    element('p', 'price', said(product.price)),
    element('p', '', said(product.text)),
    acts,
    facts,
  );
  place.replaceChildren(shot, side);
  document.title = `${said(product.name)} · ${words.brand}`;
}

function showBag() {
  document.querySelector('#bag').textContent = `${texts[locale].bag} ${saved('bag') ?? 0}`;
}

function draw() {
  const words = texts[locale];
  document.documentElement.lang = locale;
  document.title = words.brand;
  for (const node of document.querySelectorAll('[data-t]'))
    node.textContent = words[node.dataset.t];
  const grid = document.querySelector('#grid');
  const piece = document.querySelector('#piece');
  if (grid) drawGrid(grid);
  if (piece) drawPiece(piece);
  showBag();
  document.documentElement.classList.add('ready');
}

document.querySelector('#language').onclick = () => {
  locale = locale === 'en' ? 'zh-CN' : 'en';
  save('lang', locale);
  window.Zhiyin.push(['setLocale', locale]);
  draw();
};
window.Zhiyin.push(['setLocale', locale]);
draw();
