import { describe, expect, it } from 'vitest';

import {
  checkHeaders,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
} from '../../server/domain/webhook-headers.ts';

function partsAtFault(name: string, value: string | null = 'x'): string[] {
  return checkHeaders([{ name, value }]).map(({ part }) => part);
}

describe('checkHeaders', () => {
  it('takes ordinary headers', () => {
    const headers = [
      { name: 'Authorization', value: 'Bearer abc.def-ghi' },
      { name: 'X-Tenant', value: '' },
      { name: "!#$%&'*+-.^_`|~9", value: 'a\tb c' },
      { name: 'X-Kept', value: null },
      { name: 'X-Kept-Too' },
    ];
    expect(checkHeaders(headers)).toEqual([]);
    expect(checkHeaders([])).toEqual([]);
  });

  it.each(['', 'X Y', 'X:', 'X\r\nY', 'X\0', 'Ünicode', '(x)', 'x/y'])(
    'refuses the name %j',
    (name) => {
      expect(partsAtFault(name)).toEqual(['name']);
    },
  );

  it.each(['a\r\nB: c', 'a\nb', 'a\0b', 'a\x7fb', 'é', ' a', 'a ', '\ta', '\t'])(
    'refuses the value %j without repeating it',
    (value) => {
      const faults = checkHeaders([{ name: 'X-Any', value }]);
      expect(faults.map(({ part }) => part)).toEqual(['value']);
      expect(faults[0]?.message).not.toContain('\n');
    },
  );

  it.each([
    'Content-Type',
    'content-length',
    'HOST',
    'User-Agent',
    'X-Webhook-Signature',
    'x-webhook-anything',
    'Webhook-Id',
    'webhook-signature',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Proxy-Authorization',
    'proxy-connection',
  ])('refuses %s', (name) => {
    expect(partsAtFault(name)).toEqual(['name']);
  });

  it('refuses a name that comes twice, whatever the case, at its second place', () => {
    const headers = ['X-One', 'X-Two', 'x-one'].map((name) => ({ name, value: 'v' }));
    expect(checkHeaders(headers)).toMatchObject([{ index: 2, part: 'name' }]);
  });

  it(`takes ${MAX_HEADERS} headers and no more`, () => {
    const headers = Array.from({ length: MAX_HEADERS }, (_, n) => ({ name: `X-${n}`, value: 'v' }));
    expect(checkHeaders(headers)).toEqual([]);
    const more = [...headers, { name: 'X-More', value: 'v' }, { name: 'X-Yet-More', value: 'v' }];
    expect(checkHeaders(more)).toMatchObject([{ index: MAX_HEADERS, part: 'name' }]);
  });

  it(`takes ${MAX_HEADER_BYTES} bytes of name and value and no more`, () => {
    const room = MAX_HEADER_BYTES - 'X-Long'.length;
    expect(partsAtFault('X-Long', 'v'.repeat(room))).toEqual([]);
    expect(partsAtFault('X-Long', 'v'.repeat(room + 1))).toEqual(['value']);
    expect(partsAtFault('X'.repeat(MAX_HEADER_BYTES + 1))).toEqual(['name']);
  });

  it('tells every fault', () => {
    const headers = [
      { name: 'a b', value: '\n' },
      { name: 'Host', value: 'x' },
    ];
    expect(checkHeaders(headers).map(({ index, part }) => `${index} ${part}`)).toEqual([
      '0 name',
      '0 value',
      '1 name',
    ]);
  });
});
