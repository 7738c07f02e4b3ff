import { describe, expect, it } from 'vitest';

import { deliveriesSearchOf } from '../../web/deliveries/deliveries-search.ts';
import { parseSearch, strictSearch, stringifySearch } from '../../web/lib/search-text.ts';
import { rangeSearchOf } from '../../web/lib/time/time-range.ts';
import { leftOutOf } from '../../web/shell/left-out.ts';

const readDeliveries = strictSearch(deliveriesSearchOf);
const leftOut = (address: string) =>
  leftOutOf('/deliveries', parseSearch(address), { ...readDeliveries(parseSearch(address)) });

describe('what an address asks for and a page does not understand', () => {
  it.each([
    ['', []],
    ['?status=FAILED,RETRYING&range=24h&type=user.created', []],
    ['?status=failed', ['status “failed”']],
    ['?status=FAILED,failed', ['status “failed”']],
    ['?status=FAILED,FAILED', []],
    ['?range=15m', ['time range “15m”']],
    ['?from=abc', ['start of the time range “abc”']],
    ['?from=2026-11-20&range=15m', []],
    ['?test=yes&utm_source=mail', ['tests “yes”']],
    ['?status=', []],
    [`?range=${'x'.repeat(200)}`, [`time range “${'x'.repeat(39)}…”`]],
  ])('%s: %j', (address, expected) => {
    expect(leftOut(address)).toEqual(expected);
  });

  it('does not come through the router', () => {
    const raw = parseSearch('?status=failed&range=15m&utm_source=mail');
    // As the router lays one over the other.
    expect({ ...raw, ...readDeliveries(raw) }).toEqual({
      ...{ status: undefined, range: undefined, utm_source: undefined },
    });
    expect(stringifySearch({ ...raw, ...strictSearch(rangeSearchOf)(raw) })).toBe('');
  });

  it('is nothing where the page reads no address', () => {
    for (const page of ['/settings', '/webhooks/new', '/nowhere', '/']) {
      expect(leftOutOf(page, parseSearch('?status=x'), {})).toEqual([]);
    }
  });
});
