import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { callerOf, run } from './reading.ts';

let on: TestServices;
let tenantId: string;
let stranger: string;

beforeAll(async () => {
  on = await createTestServices();
  tenantId = await insertTenant(on.services.pool);
  stranger = await insertTenant(on.services.pool);
});
afterAll(() => on.close());

const as = (role: Caller['role'], tenant = tenantId) => callerOf(tenant, role);
const ask = (
  source: string,
  variables?: Record<string, unknown>,
  who: Caller | null = as('ADMIN'),
) => run(on.services, who, source, variables);

const FAULTS = 'userErrors { field code message }';
const CREATE = `mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) {
  webhook { id filter } ${FAULTS} } }`;
const UPDATE = `mutation ($input: WebhookUpdateInput!) { webhookUpdate(input: $input) {
  webhook { filter updatedAt } ${FAULTS} } }`;
const DECISION = 'webhook { name } outcome reason path delivery { id }';
const TRIGGER = `mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) {
  webhooksNotified ${FAULTS} event { id fanOut(first: 100) { nodes { ${DECISION} } } } } }`;
const PREVIEW = `query ($input: EventPreviewInput!, $first: Int, $after: String, $last: Int, $before: String) {
  eventPreview(input: $input) { webhooksNotified violations { path }
    fanOut(first: $first, after: $after, last: $last, before: $before) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { ${DECISION} } } } }`;
const FILTER_PREVIEW = `query ($input: FilterPreviewInput!) { filterPreview(input: $input) {
  checked matched matching { payload } others { payload } ${FAULTS} } }`;

interface Node {
  webhook: { name: string };
  outcome: string;
  reason: string;
  path: string | null;
  delivery: { id: string } | null;
}
interface FanOut {
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  };
  nodes: Node[];
}
interface Triggered {
  webhooksNotified: number;
  event: { id: string; fanOut: FanOut };
}
interface Previewed {
  webhooksNotified: number;
  violations: { path: string }[];
  fanOut: FanOut;
}
interface FilterPreviewed {
  checked: number;
  matching: { payload: { n: unknown } }[];
  others: { payload: { n: unknown } }[];
}

/** An answer's data, of which the tests look at what they ask for. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what was asked for is known where it is asked
const read = <Data>({ data }: { data?: unknown }): Data => data as Data;

const namesOf = ({ nodes }: FanOut) => nodes.map(({ webhook: { name } }) => name);

async function webhook(name: string, input: Record<string, unknown> = {}, who?: Caller) {
  const url = 'http://127.0.0.1:4/';
  const given = { name, url, eventTypes: ['order.created'], ...input };
  const { data } = await ask(CREATE, { input: given }, who);
  expect(data).toMatchObject({ webhookCreate: { userErrors: [] } });
  return (data as { webhookCreate: { webhook: { id: string } } }).webhookCreate.webhook.id;
}

const trigger = async (payload: unknown, rest: Record<string, unknown> = {}, who?: Caller) => {
  const input = { type: 'order.created', payload, ...rest };
  return read<{ eventTrigger: Triggered }>(await ask(TRIGGER, { input }, who)).eventTrigger;
};

const outcomes = (nodes: readonly Node[]) =>
  Object.fromEntries(nodes.map((node) => [node.webhook.name, node.outcome]));

describe('a webhook’s filter', () => {
  it('is given, changed, and taken away, and what is the same changes nothing', async () => {
    const filter = { data: { total: { $gt: 100 }, big: 12345678901234567890n.toString() } };
    const id = await webhook('changes', { filter });
    const one = async () =>
      (await ask('query ($id: ID!) { webhook(id: $id) { filter updatedAt } }', { id })).data?.[
        'webhook'
      ] as { filter: unknown; updatedAt: string };
    expect((await one()).filter).toEqual(filter);
    const update = async (input: Record<string, unknown>) =>
      (await ask(UPDATE, { input: { id, ...input } })).data?.['webhookUpdate'];
    const before = await one();
    await update({ filter: { data: { big: filter.data.big, total: { $gt: 100 } } } });
    expect(await one()).toEqual(before);
    expect(await update({ name: 'renamed' })).toMatchObject({ webhook: { filter } });
    expect(await update({ filter: { type: 'x' } })).toMatchObject({
      webhook: { filter: { type: 'x' } },
    });
    expect(await update({ filter: { data: { $oops: 1 } } })).toMatchObject({
      webhook: null,
      userErrors: [{ field: ['input', 'filter', 'data', '$oops'], code: 'INVALID' }],
    });
    expect((await one()).filter).toEqual({ type: 'x' });
    expect(await update({ filter: null })).toMatchObject({ webhook: { filter: null } });
    const bad = { name: 'no', url: 'http://127.0.0.1:4/', filter: [1] };
    expect((await ask(CREATE, { input: bad })).data).toMatchObject({
      webhookCreate: { webhook: null, userErrors: [{ field: ['input', 'filter'] }] },
    });
    await ask('mutation ($id: ID!) { webhookDelete(input: { id: $id }) { userErrors { code } } }', {
      id,
    });
  });
});

describe('an event’s fan-out', () => {
  it('is kept for each webhook that subscribed, as it then was', async () => {
    const admin = as('ADMIN', await insertTenant(on.services.pool));
    const rich = await webhook('rich', { filter: { data: { total: { $gt: 100 } } } }, admin);
    await webhook('all', {}, admin);
    await webhook('off', { isActive: false }, admin);
    await webhook('off and filtered', { isActive: false, filter: { data: 'x' } }, admin);
    await webhook('not subscribed', { eventTypes: ['user.created'] }, admin);
    const event = await trigger({ total: 42 }, {}, admin);
    expect(event).toMatchObject({ webhooksNotified: 1, userErrors: [] });
    const id = event.event.id;
    const READ = `query ($id: ID!) { event(id: $id) { fanOut(first: 100) { nodes { ${DECISION} } } } }`;
    const decided = async () =>
      read<{ event: { fanOut: FanOut } }>(await ask(READ, { id }, admin)).event.fanOut.nodes;
    const expected = {
      'off and filtered': 'INACTIVE',
      off: 'INACTIVE',
      all: 'DELIVERED',
      rich: 'FILTERED',
    };
    expect(outcomes(await decided())).toEqual(expected);
    expect((await decided()).find((node) => node.outcome === 'FILTERED')).toEqual({
      webhook: { name: 'rich' },
      outcome: 'FILTERED',
      reason: 'Its filter wants {"$gt":100} of /data/total; it is 42.',
      path: '/data/total',
      delivery: null,
    });
    expect((await decided()).find((node) => node.outcome === 'DELIVERED')).toMatchObject({
      path: null,
      delivery: { id: expect.stringMatching(/^dlv_/) },
    });

    // What the webhook wants by now says nothing of then.
    await ask(UPDATE, { input: { id: rich, filter: { data: { total: 42 } } } }, admin);
    expect(outcomes(await decided())).toEqual(expected);
    expect((await decided()).at(-1)).toMatchObject({ reason: expect.stringContaining('$gt') });
    expect(outcomes((await trigger({ total: 42 }, {}, admin)).event.fanOut.nodes)).toMatchObject({
      rich: 'DELIVERED',
    });
    await ask(
      'mutation ($id: ID!) { webhookDelete(input: { id: $id }) { userErrors { code } } }',
      { id: rich },
      admin,
    );
    expect(outcomes(await decided())).toEqual(expected);
  });

  it('is paged, either way', async () => {
    const admin = as('ADMIN', await insertTenant(on.services.pool));
    for (let n = 0; n < 5; n += 1) {
      await webhook(`w${n}`, n % 2 === 0 ? {} : { filter: { data: 'never' } }, admin);
    }
    const { id } = (await trigger({}, {}, admin)).event;
    const PAGE = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
      event(id: $id) { fanOut(first: $first, after: $after, last: $last, before: $before) {
        pageInfo { hasNextPage hasPreviousPage endCursor startCursor } nodes { webhook { name } } } } }`;
    const page = async (variables: Record<string, unknown>) => {
      const answer = await ask(PAGE, { id, ...variables }, admin);
      const { fanOut } = read<{ event: { fanOut: FanOut } }>(answer).event;
      return { ...fanOut.pageInfo, names: namesOf(fanOut) };
    };
    const first = await page({ first: 2 });
    expect(first).toMatchObject({ names: ['w4', 'w3'], hasNextPage: true });
    expect(await page({ after: first.endCursor })).toMatchObject({
      names: ['w2', 'w1', 'w0'],
      hasNextPage: false,
    });
    const last = await page({ last: 2 });
    expect(last).toMatchObject({ names: ['w1', 'w0'], hasPreviousPage: true });
    expect(await page({ last: 9, before: last.startCursor })).toMatchObject({
      names: ['w4', 'w3', 'w2'],
      hasPreviousPage: false,
    });
  });

  it('of a test says what the filter would have said', async () => {
    const admin = as('ADMIN', await insertTenant(on.services.pool));
    const id = await webhook('tested', { filter: { data: { total: { $gt: 100 } } } }, admin);
    const TEST = `mutation ($id: ID!, $payload: JSON) {
      webhookTest(input: { id: $id, eventType: "user.created", payload: $payload }) {
        delivery { event { fanOut { nodes { ${DECISION} } } } } ${FAULTS} } }`;
    const test = async (payload: unknown) =>
      read<{ webhookTest: { delivery: { event: { fanOut: FanOut } } } }>(
        await ask(TEST, { id, payload }, admin),
      ).webhookTest.delivery.event.fanOut.nodes;
    expect(await test({ total: 1 })).toMatchObject([
      {
        outcome: 'DELIVERED',
        path: null,
        reason:
          'A test goes to it whatever it wants. Its filter wants {"$gt":100} of /data/total; it is 1.',
      },
    ]);
    expect(await test({ total: 101 })).toMatchObject([
      { outcome: 'DELIVERED', reason: 'A test goes to it whatever it wants.' },
    ]);
  });

  it('is shown to nobody else, nor to those who may not see deliveries', async () => {
    const made = await trigger({});
    const READ = `query ($id: ID!) { node(id: $id) { ... on Event { fanOut { nodes { outcome } } } } }`;
    const { id } = made.event;
    expect((await ask(READ, { id }, as('VIEWER'))).codes).toEqual([]);
    expect((await ask(READ, { id }, as('ADMIN', stranger))).data).toEqual({ node: null });
    const input = { type: 'order.created', payload: {} };
    expect((await ask(TRIGGER, { input }, as('PUBLISHER'))).codes).toEqual(['FORBIDDEN']);
  });
});

describe('a preview of an event', () => {
  it('says what would become of it for every webhook, and does nothing', async () => {
    const tenant = await insertTenant(on.services.pool);
    const admin = as('ADMIN', tenant);
    for (const key of ['north', 'south']) {
      await ask(`mutation { customerUpsert(input: { key: "${key}" }) { isNew } }`, {}, admin);
    }
    await webhook('all', { eventTypes: ['*'] }, admin);
    await webhook('north', { customer: 'north' }, admin);
    await webhook('south', { customer: 'south' }, admin);
    await webhook('not subscribed', { eventTypes: ['user.*'] }, admin);
    await webhook('off', { isActive: false }, admin);
    await webhook('filtered', { filter: { data: { n: { $gt: 1 } } } }, admin);
    const preview = async (variables: Record<string, unknown>, input = {}) => {
      const given = { type: 'order.created', payload: { n: 1 }, customer: 'north', ...input };
      const { data, codes } = await ask(PREVIEW, { input: given, ...variables }, admin);
      expect(codes).toEqual([]);
      return read<{ eventPreview: Previewed }>({ data }).eventPreview;
    };
    const whole = await preview({ first: 100 });
    expect(whole).toMatchObject({ webhooksNotified: 2, violations: [] });
    expect(whole.fanOut.nodes.map((node) => [node.webhook.name, node.outcome])).toEqual([
      ['filtered', 'FILTERED'],
      ['off', 'INACTIVE'],
      ['north', 'DELIVERED'],
      ['all', 'DELIVERED'],
      ['not subscribed', 'NOT_SUBSCRIBED'],
      ['south', 'OTHER_CUSTOMER'],
    ]);
    expect(whole.fanOut.nodes[0]).toMatchObject({ path: '/data/n', delivery: null });
    expect((await preview({}, { customer: undefined })).fanOut.nodes).toContainEqual(
      expect.objectContaining({ webhook: { name: 'north' }, outcome: 'OTHER_CUSTOMER' }),
    );

    const names = namesOf(whole.fanOut);
    for (const size of [1, 2, 3, 4]) {
      const forth: string[] = [];
      let more: Record<string, unknown> | null = { first: size };
      while (more !== null) {
        const { fanOut } = await preview(more);
        forth.push(...namesOf(fanOut));
        const { hasNextPage, endCursor } = fanOut.pageInfo;
        more = hasNextPage ? { first: size, after: endCursor } : null;
      }
      expect(forth).toEqual(names);
      const back: string[] = [];
      more = { last: size };
      while (more !== null) {
        const { fanOut } = await preview(more);
        back.unshift(...namesOf(fanOut));
        const { hasPreviousPage, startCursor } = fanOut.pageInfo;
        more = hasPreviousPage ? { last: size, before: startCursor } : null;
      }
      expect(back).toEqual(names);
    }
    const { rows } = await on.services.pool.query('SELECT FROM "Event" WHERE "tenantId" = $1', [
      tenant,
    ]);
    expect(rows).toEqual([]);
  });

  it('tells what is wrong with the event, and violations of its schema', async () => {
    const bad = async (input: Record<string, unknown>) =>
      (await ask(PREVIEW, { input: { type: 'order.created', payload: {}, ...input } })).codes;
    expect(await bad({ type: 'order.creatd' })).toEqual(['BAD_USER_INPUT']);
    expect(await bad({ customer: 'nobody' })).toEqual(['BAD_USER_INPUT']);
    expect(await bad({ payload: 'x'.repeat(300_000) })).toEqual(['BAD_USER_INPUT']);
    const schema = { required: ['id'] };
    const strict = `mutation ($schema: JSON!) { eventTypeCreate(input: { name: "strict.one", schema: $schema, validation: REJECT }) { userErrors { message } } }`;
    await ask(strict, { schema });
    await webhook('of strict', { eventTypes: ['strict.*'] });
    const { data } = await ask(PREVIEW, { input: { type: 'strict.one', payload: {} } });
    expect(data).toMatchObject({
      eventPreview: { webhooksNotified: 0, violations: [{ path: '' }] },
    });
    const fits = await ask(PREVIEW, { input: { type: 'strict.one', payload: { id: 1 } } });
    expect(fits.data).toMatchObject({ eventPreview: { webhooksNotified: 1, violations: [] } });
  });

  it('is for those who may read', async () => {
    const input = { type: 'order.created', payload: {} };
    expect((await ask(PREVIEW, { input }, as('VIEWER'))).codes).toEqual([]);
    expect((await ask(PREVIEW, { input }, as('PUBLISHER'))).codes).toEqual(['FORBIDDEN']);
    const theirs = await ask(PREVIEW, { input }, as('VIEWER', stranger));
    expect(theirs.data).toMatchObject({ eventPreview: { fanOut: { nodes: [] } } });
  });
});

describe('a preview of a filter', () => {
  it('holds it against the newest events of some types, of one customer where asked', async () => {
    const admin = as('ADMIN', await insertTenant(on.services.pool));
    await ask('mutation { customerUpsert(input: { key: "north" }) { isNew } }', {}, admin);
    for (let n = 0; n < 70; n += 1) await trigger({ n }, { type: 'order.created' }, admin);
    await trigger({ n: 100 }, { type: 'order.cancelled', customer: 'north' }, admin);
    await trigger({ n: 'a\0' }, { type: 'user.created' }, admin);
    const preview = async (input: Record<string, unknown>, who = admin) => {
      const given = {
        filter: { data: { n: { $gte: 60 } } },
        eventTypes: ['order.created'],
        ...input,
      };
      return read<{ filterPreview: FilterPreviewed }>(
        await ask(FILTER_PREVIEW, { input: given }, who),
      ).filterPreview;
    };
    const found = await preview({});
    expect(found).toMatchObject({ checked: 70, matched: 10, userErrors: [] });
    expect(found.matching.map(({ payload }) => payload.n)).toEqual([
      69, 68, 67, 66, 65, 64, 63, 62, 61, 60,
    ]);
    expect(found.others.map(({ payload }) => payload.n)).toEqual([
      59, 58, 57, 56, 55, 54, 53, 52, 51, 50,
    ]);
    expect(await preview({ last: 5 })).toMatchObject({ checked: 5, matched: 5 });
    expect(await preview({ eventTypes: ['order.*'] })).toMatchObject({ checked: 71, matched: 11 });
    expect(await preview({ eventTypes: ['*'] })).toMatchObject({ checked: 72, matched: 11 });
    expect(await preview({ eventTypes: ['*'], customer: 'north' })).toMatchObject({
      checked: 1,
      matched: 1,
    });
    expect(await preview({ eventTypes: ['task.*'] })).toMatchObject({ checked: 0 });
    expect(await preview({ eventTypes: [] })).toMatchObject({ checked: 0 });
    expect(
      await preview({ eventTypes: ['order.creatd'], customer: 'no', filter: { $gt: 1 } }),
    ).toMatchObject({
      checked: 0,
      userErrors: [
        { field: ['input', 'filter', '$gt'] },
        { field: ['input', 'eventTypes', '0'] },
        { field: ['input', 'customer'] },
      ],
    });
    expect(await preview({}, as('VIEWER', stranger))).toMatchObject({ checked: 0 });
    const input = { filter: {}, eventTypes: ['*'] };
    expect((await ask(FILTER_PREVIEW, { input }, as('PUBLISHER'))).codes).toEqual(['FORBIDDEN']);
    expect((await ask(FILTER_PREVIEW, { input: { ...input, last: 501 } })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
  });
});
