import { expect, test } from 'vitest';
import { matchFilter, type ChangeFilter } from '../../server/feed/filter.ts';

const change = {
  status: 'SENDING',
  previousStatus: 'PENDING',
  delivery: {
    id: 'd1',
    webhookId: 'w1',
    customerId: 'c1',
    eventType: 'user.created',
    eventId: 'e1',
    isTest: false,
    createdAt: new Date(1_000),
  },
} as const;

test.each<[string, ChangeFilter, string]>([
  ['nothing asked for', {}, 'matches'],
  ['its status', { statuses: ['SENDING', 'FAILED'] }, 'matches'],
  ['its status before', { statuses: ['PENDING'] }, 'left'],
  ['another status', { statuses: ['SUCCESS'] }, 'no'],
  ['no status at all', { statuses: [] }, 'no'],
  ['its id', { ids: ['d0', 'd1'] }, 'matches'],
  ['another id', { ids: ['d0'], statuses: ['PENDING'] }, 'no'],
  ['no id at all', { ids: [] }, 'no'],
  ['its webhook', { webhookIds: ['w0', 'w1'] }, 'matches'],
  ['another webhook', { webhookIds: ['w0'], statuses: ['PENDING'] }, 'no'],
  ['its customer', { customerIds: ['c0', 'c1'] }, 'matches'],
  ['another customer', { customerIds: ['c0'] }, 'no'],
  ['no customer at all', { customerIds: [] }, 'no'],
  ['its type', { eventTypes: ['user.created'] }, 'matches'],
  ['another type', { eventTypes: ['user.deleted'] }, 'no'],
  ['its event', { eventId: 'e1' }, 'matches'],
  ['another event', { eventId: 'e2' }, 'no'],
  ['tests', { isTest: true }, 'no'],
  ['no tests', { isTest: false }, 'matches'],
  ['from its time on', { createdAt: { from: new Date(1_000) } }, 'matches'],
  ['from later on', { createdAt: { from: new Date(1_001) } }, 'no'],
  ['up to after it', { createdAt: { to: new Date(1_001) } }, 'matches'],
  ['up to its time', { createdAt: { to: new Date(1_000) } }, 'no'],
])('%s', (_, filter, expected) => {
  expect(matchFilter(filter, change)).toBe(expected);
});

test('a delivery just made was in no status before', () => {
  const made = { ...change, status: 'PENDING', previousStatus: null } as const;
  expect(matchFilter({ statuses: ['SENDING'] }, made)).toBe('no');
  expect(matchFilter({ statuses: ['PENDING'] }, made)).toBe('matches');
});
