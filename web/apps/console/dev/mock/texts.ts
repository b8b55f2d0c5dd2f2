/** Names and talks of the mock company. */
import type * as T from '@zhiyin/api';

export const surnames = [...'王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗'];
export const given = [
  '子涵',
  '雨桐',
  '建国',
  '晓梅',
  '俊熙',
  '诗涵',
  '志强',
  '丽华',
  '宇轩',
  '嘉怡',
  '文博',
  '思琪',
];
export const english = [
  'Emma Johnson',
  'Liam Brown',
  'Olivia Davis',
  'Noah Wilson',
  'Sofia Rossi',
  'Lucas Martin',
  'Mia Schmidt',
  'Ethan Clark',
];

export const talks: Record<T.Locale, string[][]> = {
  'zh-CN': [
    [
      '你好,我上周买的胡桃木书桌,收到后发现桌角有一道划痕。',
      '能换一张吗?下周末搬家,有点着急。',
      '您好,非常抱歉让您遇到这样的情况。方便发一张划痕的照片吗?我马上为您登记换货。',
      '照片发了,麻烦看一下。',
      '收到。我已为您登记换货,新书桌周四前送达,旧的由师傅一并取走。',
      '好的,太感谢了',
    ],
    [
      '请问这款沙发有现货吗?想要浅灰色三人位。',
      '有的,浅灰色三人位还有 6 件,今天下单明天发出。',
      '可以送货上楼吗?我家住 5 楼没有电梯。',
      '可以,无电梯楼层每层加收 20 元搬运费。',
    ],
    [
      '发票抬头开错了,可以重开吗',
      '可以的,请提供正确的抬头和税号,我为您重新开具。',
      '北京云帆科技有限公司,税号稍后发您',
    ],
    [
      '订单显示已签收,但是我没有收到!',
      '请您先别着急,我马上联系物流核实。',
      '已经等了三天了,你们到底能不能解决?',
    ],
  ],
  en: [
    [
      'Hi, my order says delivered but nothing is here.',
      'I am sorry to hear that. Let me check with the carrier right away.',
      'It has been three days already.',
      'The carrier found it at the pick-up point. I can have it brought to you tomorrow before noon.',
      'Tomorrow works, thank you',
    ],
    [
      'Do you ship the oak dining table to Germany?',
      'We do. It takes 9 to 12 days and we handle customs.',
      'Great. Is there a discount for six chairs with it?',
    ],
    [
      'Can I change the delivery address? I typed the wrong street number.',
      'Of course. What is the right one?',
      '48 Linden Street, not 84. Sorry about that.',
    ],
  ],
};
