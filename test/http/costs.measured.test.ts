import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { EVENT_TYPES } from '../../server/domain/event/event-catalogue.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import {
  insertDeliveries,
  insertEvents,
  insertWebhook,
  makeDelivery,
  makeEvent,
} from '../support/database/delivery-factory.ts';
import { createRandom } from '../support/random.ts';
import { serveApi, type ServedApi } from './served-api.ts';

const QUERIES = Number(process.env['FUZZ_QUERIES'] ?? 400);
/** What one operation that is accepted may cost: CPU time, which other work on the machine does not lengthen. */
const MOST_MS = 2_000;
const MOST_BYTES = 16 * 1_048_576;

const WEBHOOKS = 100;
const EVENTS = 3_000;

let api: ServedApi;
const ids: string[] = [];

beforeAll(async () => {
  api = await serveApi();
  const { pool } = api.services;
  const { tenantId } = api;
  for (let n = 0; n < WEBHOOKS; n += 1) {
    const { id } = await insertWebhook(pool, tenantId);
    ids.push(encodeGlobalId('Webhook', id));
    await pool.query(
      `INSERT INTO "EventSubscription" (id, "tenantId", "webhookId", "eventType")
       SELECT gen_random_uuid(), $1, $2, type FROM unnest($3::text[]) AS t(type)`,
      [tenantId, id, EVENT_TYPES.map(({ name }) => name)],
    );
  }
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM "Webhook"');
  const events = Array.from({ length: EVENTS }, (_, n) =>
    makeEvent(tenantId, { createdAt: new Date(Date.now() - n * 20_000) }),
  );
  await insertEvents(pool, events);
  const deliveries = events.map((event, n) =>
    makeDelivery(event, rows[n % rows.length]?.id ?? '', { attemptCount: 5 }),
  );
  await insertDeliveries(pool, deliveries);
  ids.push(...deliveries.slice(0, 100).map(({ id }) => encodeGlobalId('Delivery', id)));
  // Every tenth body as long as it may be; responses as long as they are kept.
  await pool.query(
    `UPDATE "Event" SET body = replace(body, '"n":1', '"text":"' || repeat('x', 250000) || '"')
     WHERE ctid IN (SELECT ctid FROM "Event" TABLESAMPLE BERNOULLI (10))`,
  );
  await pool.query(
    `INSERT INTO "DeliveryAttempt" ("deliveryId", number, "tenantId", "startedAt", "durationMs",
       "requestHead", "responseStatusCode", "responseHead", "responseBody", "responseBodyTruncated")
     SELECT d.id, n, d."tenantId", d."createdAt", 5, $1, 500, $1, repeat('y', 16000), false
     FROM "Delivery" d, generate_series(1, 5) n`,
    [Array.from({ length: 12 }, (_, n) => `X-${n}:${'v'.repeat(40)}`).join('\n')],
  );
  await pool.query('ANALYZE');
}, 120_000);
afterAll(() => api.close());

/** Valid queries over the whole schema, as greedy as chance makes them. */
function createGenerator(seed: number) {
  const random = createRandom(seed);
  const schema = buildSchema();

  function valueOf(type: GraphQLInputType, name: string): string {
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const length = name === 'ids' ? random.integer(1, 101) : 1;
      return `[${Array.from({ length }, () => valueOf(nullable.ofType, name)).join(' ')}]`;
    }
    const named = getNamedType(nullable);
    if (isEnumType(named)) return random.pick(named.getValues()).name;
    if (isInputObjectType(named)) {
      if (named.name === 'TimeRange')
        return random.pick(['{}', '{ from: "2026-11-20T00:00:00Z" }']);
      return '{}';
    }
    if (named.name === 'Int') return random.pick(['1', '5', '20', '100', '$n', '$m']);
    if (named.name === 'ID') return JSON.stringify(random.pick(ids));
    if (named.name === 'Boolean') return 'true';
    return '"user.created"';
  }

  function argumentsOf(field: GraphQLField<unknown, unknown>): string {
    const size = random.pick(['first', 'last', 'none']);
    const given = field.args.filter(({ name, type }) => {
      if (isNonNullType(type)) return true;
      if (name === 'after' || name === 'before') return false;
      if (name === 'first' || name === 'last') return name === size;
      return random.next() < 0.3;
    });
    if (given.length === 0) return '';
    return `(${given.map(({ name, type }) => `${name}: ${valueOf(type, name)}`).join(', ')})`;
  }

  let aliases = 0;
  function selectionOf(type: GraphQLNamedType, depth: number): string {
    const types = isAbstractType(type)
      ? schema.getPossibleTypes(type)
      : [type as GraphQLObjectType];
    const parts = types.map((each) => {
      const fields = Object.values(each.getFields());
      const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
      const inner = depth > 0 ? fields.filter((field) => !leaves.includes(field)) : [];
      const chosen = [
        ...leaves.filter(() => random.next() < 0.7),
        ...inner.filter(() => random.next() < 1.6 / Math.max(1, inner.length)),
      ];
      const text = chosen.map((field) => {
        const alias = aliases < 25 ? `a${(aliases += 1)}: ` : '';
        const named = getNamedType(field.type);
        const under = isLeafType(named) ? '' : ` ${selectionOf(named, depth - 1)}`;
        return `${alias}${field.name}${argumentsOf(field)}${under}`;
      });
      return isAbstractType(type)
        ? `... on ${each.name} { __typename ${text.join(' ')} }`
        : text.join(' ');
    });
    return `{ __typename ${parts.join(' ')} }`;
  }

  return (): { query: string; variables: Record<string, unknown> } => {
    for (;;) {
      aliases = 0;
      const root = schema.getQueryType();
      if (!isObjectType(root)) throw new Error('no query type');
      const fields = Object.values(root.getFields()).filter(({ name }) => !name.startsWith('test'));
      const field = random.pick(fields);
      const named = getNamedType(field.type);
      const under = isLeafType(named) ? '' : selectionOf(named, random.integer(2, 9));
      const head = `query ($n: Int = 100, $m: Int = 100)`;
      const query = `${head} { ${field.name}${argumentsOf(field)} ${under} }`;
      const unused = validate(schema, parse(query)).filter(
        ({ message }) => !/never used/.test(message),
      );
      const text = ['n', 'm']
        .reduce(
          (made, name) =>
            made.includes(`: $${name}`) ? made : made.replace(`$${name}: Int = 100`, ''),
          query,
        )
        .replace(/\(\s*,?\s*\)/, '')
        .replace('(, ', '(')
        .replace(', )', ')');
      if (unused.length === 0 && validate(schema, parse(text)).length === 0) {
        return { query: text, variables: random.next() < 0.3 ? { n: 100 } : {} };
      }
    }
  };
}

it(
  `no operation that is accepted costs more than ${MOST_MS} ms or ${MOST_BYTES} bytes`,
  { timeout: 900_000 },
  async ({ annotate }) => {
    const next = createGenerator(20_261_127);
    let accepted = 0;
    let [slowest, largest] = [
      { ms: 0, query: '' },
      { bytes: 0, query: '' },
    ];
    const heapBefore = process.memoryUsage().rss;
    for (let n = 0; n < QUERIES; n += 1) {
      const { query, variables } = next();
      const begun = performance.now();
      const cpu = process.cpuUsage();
      const response = await fetch(`${api.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${api.keys.ADMIN}` },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const took = performance.now() - begun;
      const { user, system } = process.cpuUsage(cpu);
      const ms = (user + system) / 1_000;
      if (!text.includes('QUERY_TOO_COMPLEX')) accepted += 1;
      const short = query.replaceAll(/("[^"]+" ?){3,}/g, '…');
      if (process.env['FUZZ_QUERIES'] !== undefined && took > 500) {
        console.log(
          `${took.toFixed(0)} ms, ${ms.toFixed(0)} of CPU, ${text.length} bytes: ${short}`,
        );
      }
      if (ms > slowest.ms) slowest = { ms, query: short };
      if (text.length > largest.bytes) largest = { bytes: text.length, query: short };
      expect(text, query).not.toMatch(/INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE/);
    }
    const grown = (process.memoryUsage().rss - heapBefore) / 1_048_576;
    const told = `${accepted} of ${QUERIES} accepted; the dearest ${slowest.ms.toFixed(0)} ms of CPU, largest ${largest.bytes} bytes; ${grown.toFixed(0)} MB grown`;
    await annotate(told);
    expect(accepted).toBeGreaterThan(QUERIES / 4);
    expect(slowest.ms, slowest.query).toBeLessThan(MOST_MS);
    expect(largest.bytes, largest.query).toBeLessThan(MOST_BYTES);
  },
);
