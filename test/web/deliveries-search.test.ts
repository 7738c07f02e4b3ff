import { describe, expect, it } from 'vitest';

import { encodeGlobalId } from '../../server/domain/global-id.ts';
import {
  deliveriesSearchOf,
  deliveryFilterOf,
  type DeliveriesSearch,
} from '../../web/deliveries/deliveries-search.ts';
import { parseSearch, stringifySearch } from '../../web/lib/search-text.ts';

const read = (address: string) => deliveriesSearchOf(parseSearch(address));
const write = (search: DeliveriesSearch) => stringifySearch({ ...search });

describe('the filters in the address', () => {
  const everything: DeliveriesSearch = {
    status: ['RETRYING', 'FAILED'],
    webhook: ['wh_06gq8000000000000000000000', 'wh_06gq8000000000000000000004'],
    type: ['user.created', 'order.updated'],
    event: 'order 1036/ä&x=1',
    test: 'none',
    from: '2026-11-20T10:00:00.000Z',
    to: '2026-11-21T10:00:00.000Z',
  };

  it('come back from it as they went in', () => {
    expect(read(write(everything))).toEqual(everything);
    expect(read(write({ range: '24h' }))).toEqual({ range: '24h' });
  });

  it('are none where there is none', () => {
    expect(read('')).toEqual({});
    expect(write({})).toBe('');
  });

  it('read well', () => {
    expect(write({ status: ['FAILED', 'RETRYING'], type: ['user.created'] })).toBe(
      '?status=FAILED,RETRYING&type=user.created',
    );
  });

  it('leave out what makes no sense, and keep the rest', () => {
    expect(read('?status=FAILED,LOST&test=maybe&range=5y&webhook=,&event=%20&other=1')).toEqual({
      status: ['FAILED'],
    });
    expect(read('?status=LOST')).toEqual({});
    expect(read('?from=yesterday')).toEqual({});
  });

  it('take ids in their former form', () => {
    const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
    const [former, current] = [
      Buffer.from(`Webhook:${uuid}`).toString('base64url'),
      encodeGlobalId('Webhook', uuid),
    ];
    expect(read(`?webhook=${former},${current},nonsense`).webhook).toEqual([
      current,
      current,
      'nonsense',
    ]);
  });

  it('take a range of one’s own before a named one', () => {
    expect(read('?range=1h&from=2026-11-20T11:00:00%2B01:00')).toEqual({
      from: '2026-11-20T10:00:00.000Z',
    });
  });
});

describe('what the API is asked for', () => {
  const now = Date.parse('2026-11-23T12:00:42.500Z');

  it('is all of the filters', () => {
    expect(
      deliveryFilterOf(
        {
          status: ['FAILED'],
          webhook: ['w'],
          type: ['user.created'],
          event: 'e-1',
          test: 'only',
          range: '1h',
        },
        now,
      ),
    ).toEqual({
      statuses: ['FAILED'],
      webhookIds: ['w'],
      eventTypes: ['user.created'],
      eventId: 'e-1',
      isTest: true,
      createdAt: { from: '2026-11-23T11:00:00.000Z' },
    });
  });

  it('is everything where nothing is chosen: no empty list, which would fit none', () => {
    expect(deliveryFilterOf({}, now)).toEqual({});
  });

  it('leaves tests out where asked to', () => {
    expect(deliveryFilterOf({ test: 'none' }, now)).toEqual({ isTest: false });
  });

  it('has the bounds of a range of one’s own, or the one there is', () => {
    const to = '2026-11-21T10:00:00.000Z';
    expect(deliveryFilterOf({ to }, now)).toEqual({ createdAt: { to } });
  });
});
