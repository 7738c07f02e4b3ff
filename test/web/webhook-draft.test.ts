import { describe, expect, it } from 'vitest';

import {
  createInputOf,
  draftOf,
  EMPTY_DRAFT,
  filledHeaders,
  isChanged,
  timeoutOf,
  updateInputOf,
  type HeaderDraft,
  type KnownWebhook,
  type WebhookDraft,
} from '../../web/features/webhooks/form/webhook-draft.ts';

const DEFAULT_TIMEOUT = 30;

const webhook: KnownWebhook = {
  name: 'Orders',
  url: 'https://example.com/hooks',
  description: 'Books orders',
  subscriptions: [{ pattern: 'order.created' }, { pattern: 'user.created' }],
  headers: [
    { name: 'X-Region', value: 'eu', isSecret: false },
    { name: 'Authorization', value: null, isSecret: true },
  ],
  timeout: 10,
  retryPolicy: { delays: [10, 300] },
  rateLimit: { attempts: 10, perSeconds: 1 },
  ordering: 'NONE',
  isActive: true,
  customer: null,
  filter: { data: { total: { $gt: 100 } } },
};

const from = draftOf(webhook, DEFAULT_TIMEOUT);
const kept = { name: 'Authorization', isSecret: true };
const region = { name: 'X-Region', value: 'eu', isSecret: false };

function updateOf(part: Partial<WebhookDraft>) {
  return updateInputOf('id', from, { ...from, ...part });
}

/** The form's headers with one of them changed. */
function headersWith(index: number, part: Partial<HeaderDraft>): readonly HeaderDraft[] {
  return from.headers.map((header, at) => (at === index ? { ...header, ...part } : header));
}

const newHeader = (part: Partial<HeaderDraft> = {}): HeaderDraft => ({
  key: 'new-1',
  name: '',
  value: '',
  isSecret: false,
  keptAs: null,
  ...part,
});

describe('updateInputOf', () => {
  it('has nothing to send while nothing has changed', () => {
    expect(updateOf({})).toBeNull();
    expect(updateOf({ url: `${from.url} ` })).toBeNull();
    expect(updateOf({ eventTypes: ['user.created', 'order.created'] })).toBeNull();
    expect(updateOf({ headers: [...from.headers, newHeader()] })).toBeNull();
    expect(updateOf({ timeout: '10 ' })).toBeNull();
  });

  it.each<[string, Partial<WebhookDraft>, object]>([
    ['the name', { name: ' Orders EU ' }, { name: 'Orders EU' }],
    ['the URL', { url: ' https://example.com/v2 ' }, { url: 'https://example.com/v2' }],
    ['the description', { description: 'New' }, { description: 'New' }],
    ['no description', { description: ' ' }, { description: null }],
    ['event types', { eventTypes: ['order.created'] }, { eventTypes: ['order.created'] }],
    ['no event types', { eventTypes: [] }, { eventTypes: [] }],
    ['the timeout', { timeout: '45' }, { timeout: 45 }],
    ['the default timeout', { timeout: '' }, { timeout: null }],
    ['the state', { isActive: false }, { isActive: false }],
    ['the filter', { filter: '{"type": "x"}' }, { filter: { type: 'x' } }],
    ['no filter', { filter: ' ' }, { filter: null }],
  ])('sends %s alone where that alone has changed', (_what, part, input) => {
    expect(updateOf(part)).toEqual({ id: 'id', ...input });
  });

  it('sends all that has changed at once', () => {
    expect(updateOf({ name: 'A', timeout: '1' })).toEqual({ id: 'id', name: 'A', timeout: 1 });
  });

  it('keeps a secret that was left empty, by leaving its value out', () => {
    const headers = headersWith(0, { value: 'us' });
    expect(updateOf({ headers })?.headers).toEqual([{ ...region, value: 'us' }, kept]);
  });

  it('keeps it whatever the case of its name', () => {
    const headers = headersWith(1, { name: 'authorization' });
    expect(updateOf({ headers })?.headers?.[1]).toEqual({ ...kept, name: 'authorization' });
  });

  it('replaces a secret by what is typed', () => {
    const headers = headersWith(1, { value: 'Bearer new' });
    expect(updateOf({ headers })?.headers?.[1]).toEqual({ ...kept, value: 'Bearer new' });
  });

  it('does not carry a secret over to another name', () => {
    const headers = headersWith(1, { name: 'X-Token' });
    expect(updateOf({ headers })?.headers?.[1]).toEqual({
      name: 'X-Token',
      value: '',
      isSecret: true,
    });
  });

  it('sends the whole list when a header is removed, added or moved', () => {
    const [first, second] = from.headers;
    if (first === undefined || second === undefined) throw new Error('there are two');
    expect(updateOf({ headers: [first] })?.headers).toEqual([region]);
    expect(updateOf({ headers: [second, first] })?.headers).toEqual([kept, region]);
    const added = newHeader({ name: ' X-New ', value: 'v', isSecret: true });
    expect(updateOf({ headers: [...from.headers, added] })?.headers).toEqual([
      region,
      kept,
      { name: 'X-New', value: 'v', isSecret: true },
    ]);
  });
});

describe('the retry policy', () => {
  it('is sent where it means another one, and taken away where it is blank', () => {
    expect(from.retryPolicy).toBe('10s 5m');
    expect(updateOf({ retryPolicy: '10, 300' })).toBeNull();
    expect(isChanged(from, { ...from, retryPolicy: '10, 300' })).toBe(true);
    expect(updateOf({ retryPolicy: '1h' })).toEqual({ id: 'id', retryPolicy: { delays: [3_600] } });
    expect(updateOf({ keepsOrder: true })).toEqual({ id: 'id', ordering: 'KEY' });
    expect(from.rateLimit).toBe('10/s');
    expect(updateOf({ rateLimit: '10 per second' })).toBeNull();
    expect(isChanged(from, { ...from, rateLimit: '10 per second' })).toBe(true);
    expect(updateOf({ rateLimit: '20/10s' })).toEqual({
      id: 'id',
      rateLimit: { attempts: 20, perSeconds: 10 },
    });
    expect(updateOf({ rateLimit: '' })).toEqual({ id: 'id', rateLimit: null });
    expect(updateOf({ retryPolicy: ' ' })).toEqual({ id: 'id', retryPolicy: null });
  });
});

describe('createInputOf', () => {
  it('leaves out what was left as it is', () => {
    const draft = { ...EMPTY_DRAFT, name: ' A ', url: ' https://example.com ' };
    expect(createInputOf(draft)).toEqual({ name: 'A', url: 'https://example.com', eventTypes: [] });
  });

  it('sends all that was set', () => {
    const draft: WebhookDraft = {
      name: 'A',
      url: 'https://example.com',
      description: ' what for ',
      eventTypes: ['user.created'],
      headers: [newHeader(), newHeader({ name: 'X', value: 'y' })],
      timeout: '5',
      retryPolicy: 'none',
      rateLimit: '600/min',
      keepsOrder: true,
      isActive: false,
      customer: 'acme',
      filter: '{"data": 1}',
    };
    expect(createInputOf(draft)).toEqual({
      customer: 'acme',
      filter: { data: 1 },
      name: 'A',
      url: 'https://example.com',
      description: 'what for',
      eventTypes: ['user.created'],
      headers: [{ name: 'X', value: 'y', isSecret: false }],
      timeout: 5,
      retryPolicy: { delays: [] },
      rateLimit: { attempts: 600, perSeconds: 60 },
      ordering: 'KEY',
      isActive: false,
    });
  });
});

describe('filledHeaders', () => {
  it('leaves blank rows out, so that faults are told by the rows that were sent', () => {
    const filled = newHeader({ key: 'new-2', name: 'X' });
    expect(filledHeaders({ ...EMPTY_DRAFT, headers: [newHeader(), filled] })).toEqual([filled]);
  });
});

describe('timeoutOf', () => {
  it.each<[string, number | null | undefined]>([
    ['', null],
    [' 5 ', 5],
    ['1', 1],
    ['120', 120],
    ['0', undefined],
    ['121', undefined],
    ['1.5', undefined],
    ['-3', undefined],
    ['1e1', undefined],
    ['ten', undefined],
  ])('reads %j as %s', (timeout, seconds) => {
    expect(timeoutOf({ ...EMPTY_DRAFT, timeout })).toBe(seconds);
  });

  it('shows a timeout that is the default as the default', () => {
    expect(draftOf({ ...webhook, timeout: DEFAULT_TIMEOUT }, DEFAULT_TIMEOUT).timeout).toBe('');
  });
});

describe('isChanged', () => {
  it('knows what would be lost, nonsense among it', () => {
    expect(isChanged(from, from)).toBe(false);
    expect(isChanged(EMPTY_DRAFT, EMPTY_DRAFT)).toBe(false);
    expect(isChanged(EMPTY_DRAFT, { ...EMPTY_DRAFT, url: 'h' })).toBe(true);
    expect(isChanged(EMPTY_DRAFT, { ...EMPTY_DRAFT, timeout: 'ten' })).toBe(true);
  });
});
