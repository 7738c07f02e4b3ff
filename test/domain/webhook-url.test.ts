import { describe, expect, it } from 'vitest';

import { checkWebhookUrl, MAX_URL_LENGTH } from '../../server/domain/address/webhook-url.ts';

const any = { httpsOnly: false };

describe('checkWebhookUrl', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://Example.COM:443/A/../b?q=1', 'https://example.com/b?q=1'],
    [' http://example.com:8080/hook ', 'http://example.com:8080/hook'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://[::1]:65535/', 'http://[::1]:65535/'],
  ])('keeps %s as %s', (text, url) => {
    expect(checkWebhookUrl(text, any)).toEqual({ url });
  });

  it.each([
    '',
    'example.com',
    '//example.com',
    '/hook',
    'https:example.com',
    'https:/example.com',
    'https://',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://example.com:0/',
    'https://example.com:65536/',
    'https://example.com:http/',
    'https://exa mple.com/',
    'https://example.com/a b',
    'https://example.com/\nx',
    'https://example.com/#',
    'https://example.com/#part',
    'https://user@example.com/',
    'https://:hunter2@example.com/',
    'https://example.com\\@evil.example/',
    'http://1.2.3.256/',
    'http://[::1/',
  ])('refuses %j and repeats nothing of it', (text) => {
    const { message } = checkWebhookUrl(text, any);
    expect(message).toMatch(/^URL must /);
    expect(message).not.toMatch(/example|hunter2/);
  });

  it('takes http only where it may', () => {
    expect(checkWebhookUrl('http://example.com/', { httpsOnly: true })).toEqual({
      message: 'URL must start with https://',
    });
    expect(checkWebhookUrl('https://example.com/', { httpsOnly: true }).url).toBeDefined();
  });

  it(`takes ${MAX_URL_LENGTH} characters and no more, as given and as kept`, () => {
    const start = 'https://example.com/';
    const longest = start + 'a'.repeat(MAX_URL_LENGTH - start.length);
    expect(checkWebhookUrl(longest, any)).toEqual({ url: longest });
    expect(checkWebhookUrl(`${longest}a`, any).message).toContain('characters at most');
    expect(checkWebhookUrl(start + 'ü'.repeat(1_000), any).message).toContain('characters at most');
  });

  it('says the same of a URL however often it was asked', () => {
    // Node 20's URL.canParse changes its mind once it is compiled, after some thousand calls.
    for (let n = 0; n < 30_000; n += 1) {
      const { message } = checkWebhookUrl('https://bücher.example/ü', { httpsOnly: true });
      if (message !== undefined) throw new Error(`call ${n}: ${message}`);
    }
  });
});
