import { describe, expect, test } from 'vitest';
import {
  faultsOf,
  leftLying,
  type DeliveryRecord,
  type History,
  type SeenRequest,
} from './history.ts';

const record = (
  id: string,
  eventId: string,
  own: Partial<DeliveryRecord> = {},
): DeliveryRecord => ({
  id,
  eventId,
  webhookId: 'w1',
  status: 'SUCCESS',
  attemptCount: 1,
  attempts: [{ number: 1, errorCode: null }],
  ...own,
});
const request = (deliveryId: string, at: number, own: Partial<SeenRequest> = {}): SeenRequest => ({
  deliveryId,
  attempt: 1,
  webhookId: 'w1',
  at,
  endedAt: at + 10,
  ...own,
});

/** Two events, one delivery each, of which the second was held at a kill and came again. */
const GOOD: History = {
  webhooks: [{ id: 'w1', attempts: 1, keepsOrder: true }],
  accepted: new Map([
    ['e1', { orderingKey: 'k' }],
    ['e2', { orderingKey: 'k' }],
  ]),
  requests: [request('d1', 0), request('d2', 100), request('d2', 30_000)],
  kills: [{ step: 'sent', at: 110, held: new Set(['d2']) }],
  records: [record('d1', 'e1'), record('d2', 'e2')],
  toldOf: new Set(['d1', 'd2']),
};

test('a history in which all may happen has no fault', () => {
  expect(faultsOf(GOOD)).toEqual([]);
  expect(faultsOf({ ...GOOD, kills: [{ step: 'sent', at: 110, held: 1 }], toldOf: null })).toEqual(
    [],
  );
});

test('a history in which the next that held a delivery was killed too has no fault', () => {
  const kills = [...GOOD.kills, { step: 'claimed', at: 40_000, held: new Set(['d2']) }];
  const requests = [request('d1', 0), request('d2', 100), request('d2', 80_000)];
  expect(faultsOf({ ...GOOD, kills, requests })).toEqual([]);
  expect(leftLying({ ...GOOD, kills, requests })).toEqual([]);
});

test('what was held is late after 45 s', () => {
  expect(leftLying(GOOD)).toEqual([]);
  for (const requests of [
    [request('d2', 100), request('d2', 45_111)],
    [request('d1', 0), request('d2', 100)],
  ]) {
    expect(leftLying({ ...GOOD, requests })).toHaveLength(1);
  }
});

describe('what must not happen is a fault:', () => {
  const wrong: Record<string, Partial<History>> = {
    'an event without its delivery': { records: [record('d2', 'e2')] },
    'an event with two deliveries of a webhook': {
      records: [...GOOD.records, record('d3', 'e2')],
      requests: [...GOOD.requests, request('d3', 40_000)],
      toldOf: null,
    },
    'a delivery of an event that nobody triggered': {
      records: [...GOOD.records, record('d3', 'e3')],
      requests: [...GOOD.requests, request('d3', 40_000)],
      toldOf: null,
    },
    'a delivery that has not succeeded': {
      records: [record('d1', 'e1', { status: 'SENDING', attempts: [] }), record('d2', 'e2')],
    },
    'a kill that cost an attempt': {
      records: [record('d1', 'e1'), record('d2', 'e2', { attemptCount: 2 })],
    },
    'an attempt on record twice': {
      records: [
        record('d1', 'e1'),
        record('d2', 'e2', {
          attempts: [
            { number: 1, errorCode: null },
            { number: 1, errorCode: null },
          ],
        }),
      ],
    },
    'an attempt on record that never came': {
      requests: [request('d2', 100), request('d2', 30_000)],
    },
    'a request under an id that is not on record': {
      requests: [...GOOD.requests, request('d9', 50_000)],
    },
    "a request at another webhook's address": {
      requests: [request('d1', 0, { webhookId: 'w2' }), ...GOOD.requests.slice(1)],
    },
    'a second request without a kill': { kills: [] },
    'a second request before its kill': {
      kills: [{ step: 'sent', at: 30_001, held: new Set(['d2']) }],
    },
    'a third request for one kill': { requests: [...GOOD.requests, request('d2', 30_020)] },
    'more requests again than were held': {
      kills: [{ step: 'sent', at: 110, held: 1 }],
      requests: [request('d1', 0), request('d1', 120), request('d2', 200), request('d2', 30_000)],
    },
    'two of one key at once': {
      requests: [request('d1', 0, { endedAt: 101 }), ...GOOD.requests.slice(1)],
    },
    'one after a later one of its key': {
      kills: [{ step: 'sent', at: 5, held: new Set(['d1']) }],
      requests: [request('d1', 0), request('d2', 100), request('d1', 200)],
    },
    'an end that the feed did not tell': { toldOf: new Set(['d1']) },
  };
  test.each(Object.entries(wrong))('%s', (_name, change) => {
    expect(faultsOf({ ...GOOD, ...change })).not.toEqual([]);
  });
});
