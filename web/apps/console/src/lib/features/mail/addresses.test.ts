import { describe, expect, it } from 'vitest';
import { isAddress, joined, readAddresses, written } from './addresses.ts';

const read = (text: string) =>
  readAddresses(text).map(({ name, address, isValid }) =>
    isValid ? (name === '' ? address : [name, address]) : `! ${address}`,
  );

describe('addresses', () => {
  it('are divided by Western and Chinese marks, lines and tabs', () => {
    const text = 'a@b.cn, c@d.cn;e@f.cn，g@h.cn；i@j.cn、k@l.cn\nm@n.cn\to@p.cn';
    expect(read(text)).toEqual([
      'a@b.cn',
      'c@d.cn',
      'e@f.cn',
      'g@h.cn',
      'i@j.cn',
      'k@l.cn',
      'm@n.cn',
      'o@p.cn',
    ]);
  });

  it('keep their names, also those with a comma', () => {
    expect(read('"Chen, Lin" <lin@shop.cn>, 王芳 <fang@shop.cn>, <x@y.cn>')).toEqual([
      ['Chen, Lin', 'lin@shop.cn'],
      ['王芳', 'fang@shop.cn'],
      'x@y.cn',
    ]);
  });

  it('may stand beside one another with blanks between, or come from a link', () => {
    expect(read('a@b.cn c@d.cn  e@f.cn')).toEqual(['a@b.cn', 'c@d.cn', 'e@f.cn']);
    expect(read('mailto:a@b.cn')).toEqual(['a@b.cn']);
  });

  it('that are none are kept and marked, so that they can be mended', () => {
    expect(read('lin@shop, 王芳, a@b.cn')).toEqual(['! lin@shop', '! 王芳', 'a@b.cn']);
  });

  it('lose no more than a line by a mark nobody closed', () => {
    expect(read('"Chen <a@b.cn>\nc@d.cn')).toEqual([['Chen', 'a@b.cn'], 'c@d.cn']);
  });

  it('are known by form', () => {
    for (const good of ['a@b.cn', 'first.last+tag@mail.shop.co', '用户@例子.中国'])
      expect(isAddress(good), good).toBe(true);
    for (const bad of ['', 'a', 'a@b', '@b.cn', 'a@b..cn', 'a b@c.cn', 'a@b.cn.', 'a@@b.cn'])
      expect(isAddress(bad), bad).toBe(false);
  });

  it('are taken once, however they are written', () => {
    const all = joined(readAddresses('a@b.cn'), readAddresses('A@B.cn, c@d.cn, c@d.cn'));
    expect(all.map((one) => one.address)).toEqual(['a@b.cn', 'c@d.cn']);
  });

  it('are written so that they are read as the same', () => {
    for (const person of [
      { name: '', address: 'a@b.cn' },
      { name: '王芳', address: 'fang@shop.cn' },
      { name: 'Chen, Lin', address: 'lin@shop.cn' },
    ])
      expect(readAddresses(written(person))).toEqual([{ ...person, isValid: true }]);
    expect(written({ name: 'A "B" <c>', address: 'a@b.cn' })).toBe('A  B   c <a@b.cn>');
  });
});
