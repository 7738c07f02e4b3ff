import { describe, expect, it } from 'vitest';

import { checkWebhookUrl } from '../../server/domain/address/webhook-url.ts';
import { checkUrl } from '../../web/features/webhooks/form/webhook-url-check.ts';

/** What the two say of the same text must not differ: the server has the last word. */
const GOOD = [
  'https://example.com',
  'https://example.com/hooks?a=1&b=%20',
  'HTTPS://Example.COM:8443/x',
  '  https://example.com/trimmed  ',
  'http://example.com',
  'https://bücher.example/ä',
  'http://127.0.0.1:8080/hook',
  `https://example.com/${'a'.repeat(2_028)}`,
];

const BAD = [
  'example.com',
  'ftp://example.com',
  'https:/example.com',
  'https://',
  'https://exa mple.com',
  'https://example.com/a b',
  'https://example.com\\@evil.example',
  'https://user@example.com',
  'https://user:secret@example.com',
  'https://example.com/#top',
  'https://example.com#',
  'https://example.com:0/',
  'https://example.com:99999/',
  'https://[::1',
  'javascript:alert(1)',
  `https://example.com/${'a'.repeat(2_029)}`,
  `https://example.com/${'ä'.repeat(1_000)}`,
];

describe('checkUrl', () => {
  it.each(GOOD)('takes %s, as the server does', (text) => {
    expect(checkUrl(text).fault).toBeNull();
    expect(checkWebhookUrl(text, { httpsOnly: false }).message).toBeUndefined();
  });

  it.each(BAD)('refuses %s, as the server does', (text) => {
    expect(checkUrl(text).fault).not.toBeNull();
    expect(checkWebhookUrl(text, { httpsOnly: false }).message).toBeDefined();
  });

  it('repeats nothing of a refused URL, which may hold a password', () => {
    expect(checkUrl('https://user:secret@example.com').fault).not.toContain('secret');
  });

  it('reproaches nobody for what is still being typed', () => {
    const url = 'https://example.com/hooks';
    for (let length = 0; length <= url.length; length += 1) {
      const { fault, isUnfinished } = checkUrl(url.slice(0, length));
      expect(fault === null || isUnfinished).toBe(true);
    }
    expect(checkUrl('ftp:').isUnfinished).toBe(false);
    expect(checkUrl('httpx').isUnfinished).toBe(false);
  });

  it.each(['https://example.com', 'http://localhost:3000', 'http://10.1.2.3', 'http://[::1]:8080'])(
    'has no word against %s: where it may lead to is the server’s to say',
    (text) => {
      expect(checkUrl(text)).toEqual({ fault: null, isUnfinished: false, warnings: [] });
    },
  );

  it('tells that https is safer than http', () => {
    expect(checkUrl('http://example.com').warnings).toEqual([expect.stringContaining('https')]);
  });
});
