import { describe, expect, it, vi } from 'vitest';
import { blobUrl, ownAddress } from '../../src/chunks/files';
import { isSafeLink } from '../../src/chunks/talk/blocks';
import { createFrame } from '../../src/loader/frame';
import { createHost, hostOrigin } from '../../src/panel/host';
import type { Heard } from '../../src/panel/host';

describe('who embeds us', () => {
  it('is the browser’s word, else the referrer, else nobody', () => {
    expect(hostOrigin(['https://shop.example'], 'https://other.example/x')).toBe(
      'https://shop.example',
    );
    expect(hostOrigin(undefined, 'https://shop.example/tea?x=1')).toBe('https://shop.example');
    expect(hostOrigin([], '')).toBe(null);
  });

  it('is nobody for a page without an origin of its own', () => {
    expect(hostOrigin(['null'], 'https://shop.example/')).toBe(null);
  });
});

describe('the panel’s ear', () => {
  function setUp() {
    const calls: [string, unknown][] = [];
    const heard = new Proxy({} as Heard, {
      get: (_, name: string) => (value: unknown) => calls.push([name, value]),
    });
    const parent = { postMessage: vi.fn() };
    const inside = new EventTarget();
    const host = createHost('https://shop.example', parent, heard, inside as unknown as Window);
    const say = (
      data: unknown,
      origin = 'https://shop.example',
      source: unknown = parent,
    ): void => {
      inside.dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
    };
    return { host, parent, calls, say };
  }

  it('hears the host page', () => {
    const { calls, say } = setUp();
    say({ zhiyin: 'open', value: null });
    say({ zhiyin: 'identify', value: { jwt: 'x' } });
    expect(calls).toEqual([
      ['open', null],
      ['identify', { jwt: 'x' }],
    ]);
  });

  it('does not hear another origin or another window', () => {
    const { calls, say } = setUp();
    say({ zhiyin: 'open' }, 'https://shop.example.evil.example');
    say({ zhiyin: 'open' }, 'http://shop.example');
    say({ zhiyin: 'open' }, 'null');
    say({ zhiyin: 'open' }, 'https://shop.example', {});
    expect(calls).toEqual([]);
  });

  it.each([
    null,
    'open',
    7,
    {},
    { zhiyin: 'nonsense' },
    { zhiyin: 'constructor' },
    { zhiyin: '__proto__' },
    { zhiyin: 'identify', value: { jwt: 7 } },
    { zhiyin: 'identify', value: { user_id: 'x' } },
    { zhiyin: 'attributes', value: 'x' },
    { zhiyin: 'locale', value: null },
    { zhiyin: 'init', value: { locale: 'en', dir: 'ltr' } },
  ])('does not believe %j', (data) => {
    const { calls, say } = setUp();
    say(data);
    expect(calls).toEqual([]);
  });

  it('speaks to the exact origin only', () => {
    const { host, parent } = setUp();
    host.post('close', null);
    expect(parent.postMessage).toHaveBeenCalledWith(
      { zhiyin: 'close', value: null },
      'https://shop.example',
    );
  });
});

describe('the loader’s ear', () => {
  function setUp() {
    document.body.replaceChildren();
    const place = document.createElement('div');
    const hear = vi.fn();
    const init = {
      locale: '',
      dir: 'ltr',
      context: { page_url: '', page_title: '', referrer: '' },
      isOpen: false,
    };
    const server = 'https://chat.example';
    const [load, post] = createFrame(server, '/widget/panel/key#en', place, () => init, hear);
    load();
    const iframe = place.firstChild as HTMLIFrameElement;
    const sent: [unknown, string][] = [];
    const panel = { postMessage: (data: unknown, origin: string) => sent.push([data, origin]) };
    Object.defineProperty(iframe, 'contentWindow', { value: panel });
    const say = (data: unknown, origin = server, source: unknown = panel): void => {
      window.dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
    };
    return { load, post, place, hear, sent, say, init, iframe };
  }

  it('holds calls back until the panel listens, then tells them in order', () => {
    const { post, sent, say, init } = setUp();
    post('open', null);
    post('locale', 'en');
    expect(sent).toEqual([]);
    say({ zhiyin: 'boot', value: null });
    expect(sent.map(([data]) => data)).toEqual([
      { zhiyin: 'init', value: init },
      { zhiyin: 'open', value: null },
      { zhiyin: 'locale', value: 'en' },
    ]);
    expect(new Set(sent.map(([, origin]) => origin))).toEqual(new Set(['https://chat.example']));
  });

  it('tells nothing twice when the panel starts again', () => {
    const { post, sent, say } = setUp();
    post('logout', null);
    say({ zhiyin: 'boot' });
    say({ zhiyin: 'boot' });
    expect(sent.filter(([data]) => (data as { zhiyin: string }).zhiyin === 'logout')).toHaveLength(
      1,
    );
  });

  it('does not hear another origin or another window', () => {
    const { hear, say } = setUp();
    say({ zhiyin: 'close' }, 'https://evil.example');
    say({ zhiyin: 'close' }, 'https://chat.example', window);
    expect(hear).not.toHaveBeenCalled();
    say({ zhiyin: 'close', value: null });
    expect(hear).toHaveBeenCalledWith('close', null);
  });

  it('makes one frame, without anything secret in its address', () => {
    const { load, place, iframe } = setUp();
    load();
    expect(place.childNodes).toHaveLength(1);
    expect(iframe.src).toBe('https://chat.example/widget/panel/key#en');
    expect(iframe.referrerPolicy).toBe('origin');
  });
});

describe('addresses in messages', () => {
  it.each(['https://a.example', 'http://a.example', 'mailto:a@b.example', 'tel:+8610'])(
    'may be %s',
    (href) => expect(isSafeLink(href)).toBe(true),
  );
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    ' javascript:x',
    '//a.example',
    'vbscript:x',
    '',
  ])('may not be %j', (href) => expect(isSafeLink(href)).toBe(false));
});

describe('files', () => {
  it('are fetched from our own server', () => {
    expect(ownAddress('/api/v1/files/at_1', 'https://chat.example')).toBe(
      'https://chat.example/api/v1/files/at_1',
    );
  });

  it.each(['https://evil.example/x', '//evil.example/x', 'javascript:x', 'data:x'])(
    'get no token when they are at %s',
    async (url) => {
      const fetching = vi.spyOn(globalThis, 'fetch');
      expect(ownAddress(url, 'https://chat.example')).toBe(null);
      await expect(blobUrl(url, 'zv_secret')).rejects.toThrow();
      expect(fetching).not.toHaveBeenCalled();
    },
  );
});
