import { describe, expect, it } from 'vitest';

import { askedFor, narrowedTo, titleOf } from '../../web/recoveries/asked-for.ts';

const nameOf = (id: string) => (id === 'wh_1' ? 'Invoices' : id);
const told = (kind: 'RETRY' | 'MISSED', filter: unknown) =>
  [titleOf({ kind, filter }), narrowedTo({ kind, filter }, nameOf)] as const;

describe('what a recovery was asked for', () => {
  it.each([
    ['RETRY', { retry: {} }, 'Failed deliveries', ''],
    ['RETRY', { retry: { statuses: ['FAILED'] } }, 'Failed deliveries', ''],
    ['RETRY', { retry: { statuses: ['SUCCESS', 'FAILED'] } }, 'Deliveries', ''],
    [
      'RETRY',
      { retry: { webhookIds: ['wh_1'], eventTypes: ['user.created'], isTest: false } },
      'Failed deliveries',
      'Invoices · user.created · No tests',
    ],
    [
      'RETRY',
      { retry: { webhookIds: ['wh_1', 'wh_2', 'wh_3', 'wh_4'], eventId: 'e-1' } },
      'Failed deliveries',
      '4 webhooks · e-1',
    ],
    [
      'RETRY',
      { retry: { ids: ['dlv_1', 'dlv_2'], statuses: ['SUCCESS'] } },
      '2 deliveries picked by hand',
      '',
    ],
    ['MISSED', { missed: { webhookId: 'wh_1', createdAt: {} } }, 'Missed events', 'Invoices'],
    // Whatever an older version kept.
    [
      'RETRY',
      { retry: { statuses: 7, eventTypes: [1], createdAt: 'soon' } },
      'Failed deliveries',
      '',
    ],
    ['RETRY', null, 'Failed deliveries', ''],
  ] as const)('%s %j', (kind, filter, title, narrowed) => {
    expect(told(kind, filter)).toEqual([title, narrowed]);
  });

  it('has its times as the range of an address', () => {
    const createdAt = { from: '2026-11-29T06:00:00.000Z', to: '2026-11-29T07:00:00.000Z' };
    const missed = { webhookId: 'wh_1', createdAt };
    expect(askedFor({ kind: 'MISSED', filter: { missed } }).search).toEqual({
      webhook: ['wh_1'],
      ...createdAt,
    });
    expect(askedFor({ kind: 'RETRY', filter: { retry: { createdAt } } }).search).toEqual(createdAt);
  });
});
