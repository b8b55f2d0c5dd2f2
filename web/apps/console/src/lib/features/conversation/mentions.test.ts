import { describe, expect, it } from 'vitest';
import { splitMentions } from './mentions.ts';

describe('mentions', () => {
  const named = (text: string, names: string[]) =>
    splitMentions(text, names).map((piece) => (piece.name === null ? piece.text : [piece.name]));

  it('are found anywhere in a text, also right beside Chinese', () => {
    expect(named('请@小陈看看，抄送 @Emily.', ['小陈', 'Emily'])).toEqual([
      '请',
      ['小陈'],
      '看看，抄送 ',
      ['Emily'],
      '.',
    ]);
  });

  it('mean the longer of two names that begin alike', () => {
    expect(named('@Anne-Marie, @Anne', ['Anne', 'Anne-Marie'])).toEqual([
      ['Anne-Marie'],
      ', ',
      ['Anne'],
    ]);
  });

  it('are only who was called, and names are no patterns', () => {
    expect(named('@Bob @A.B @AxB', ['A.B'])).toEqual(['@Bob ', ['A.B'], ' @AxB']);
    expect(named('nobody', [])).toEqual(['nobody']);
  });
});
