import { describe, expect, it } from 'vitest';
import { foldQuote, unfold } from './quote.ts';

function fold(html: string, quoted: string) {
  const body = document.createElement('div');
  body.innerHTML = html;
  const isFolded = foldQuote(body, quoted);
  const shown = body.cloneNode(true) as HTMLElement;
  for (const gone of shown.querySelectorAll('[data-folded]')) gone.remove();
  const text = (shown.textContent ?? '').replace(/\s+/g, ' ').trim();
  return { isFolded, text, body };
}

describe('the quoted part of HTML', () => {
  it('begins at the line the server found, whatever program wrote it', () => {
    const html =
      '<div>Thanks!</div><div>On Mon, 3 Nov 2026, Zoe wrote:</div><blockquote>Hello</blockquote>';
    expect(fold(html, 'On Mon, 3 Nov 2026, Zoe wrote:\n> Hello')).toMatchObject({
      isFolded: true,
      text: 'Thanks!',
    });
  });

  it('is found deep inside, and takes all that stands after it', () => {
    const html =
      '<table><tr><td><p>好的，谢谢。</p><div><p>在 2026年11月3日，知音 写道：</p><p>您好</p></div></td></tr></table><p>旧签名</p>';
    expect(fold(html, '在 2026年11月3日，知音 写道：\n> 您好').text).toBe('好的，谢谢。');
  });

  it('is found by its marks where the line is not', () => {
    const html = 'New<div class="gmail_quote">Old</div>';
    expect(fold(html, 'something else entirely').text).toBe('New');
    expect(fold('<p>New</p><blockquote>Old</blockquote>', 'something else entirely').text).toBe(
      'New',
    );
  });

  it('leaves quotations that are answered line by line', () => {
    const html = '<blockquote>Is it here?</blockquote><p>Yes.</p>';
    expect(fold(html, 'something else entirely').isFolded).toBe(false);
  });

  it('hides bare text, too', () => {
    const html = 'New<br><div>-----Original Message-----</div>From: Zoe<br>Hello';
    expect(fold(html, '-----Original Message-----\nFrom: Zoe').text).toBe('New');
  });

  it('is shown when there is nothing else', () => {
    const html = '<div>-----Original Message-----</div><p>Hello</p>';
    const { isFolded, text } = fold(html, '-----Original Message-----\nHello');
    expect(isFolded).toBe(false);
    expect(text).toContain('Hello');
  });

  it('is not looked for where the server cut nothing', () => {
    expect(fold('<p>New</p><blockquote>A poem</blockquote>', '').isFolded).toBe(false);
  });

  it('comes back as it was', () => {
    const { body } = fold('<p>New</p><div>On Monday Zoe wrote:</div>', 'On Monday Zoe wrote:');
    unfold(body);
    expect(body.querySelectorAll('[hidden]')).toHaveLength(0);
    expect(body.textContent).toContain('Zoe wrote');
  });
});
