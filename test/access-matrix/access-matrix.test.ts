import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';

import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { newId } from '../../server/domain/identifiers.ts';
import type { Answer } from '../support/installation/api-client.ts';
import { VARIANTS, type Variant } from '../support/installation/installation.ts';
import { insertKey, useStage, type StageTenant } from '../support/installation/stage.ts';
import { status } from '../support/receiver/receiver.ts';
import { allAsked, type Kind, type Names } from './documents.ts';
import { refusedWithin } from './refusals.ts';
import { REFUSED_WITHIN, RIGHTS, ROLES, type Role } from './rights.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const ASKED = allAsked(schema);
const [variant] = VARIANTS as [Variant];

/** Of more a server that is busy refuses some. */
const ASKED_AT_ONCE = 50;
/** What answers that were understood may have. */
const TAKEN = ['BAD_USER_INPUT', 'FORBIDDEN', 'CURSOR_EXPIRED'];

const isRefusedWithin = (role: Role, field: string) =>
  REFUSED_WITHIN[role]?.includes(field) ?? false;

type Ask = (query: string, variables: Record<string, unknown>) => Promise<Answer<unknown>>;
interface Way {
  name: string;
  ask: Ask;
}

describe('every field of the schema', () => {
  const stage = useStage(variant, {});
  let ours: StageTenant;
  let theirs: StageTenant;
  let ourNames: Names;
  let theirNames: Names;
  const waysOf = new Map<Role, Way[]>();

  beforeAll(async () => {
    [ours, theirs] = [await stage.tenant(), await stage.tenant()];
    [ourNames, theirNames] = [await settle(ours, 'ours'), await settle(theirs, 'theirs')];
    for (const role of ROLES) {
      const key =
        role === 'NOBODY' ? null : await insertKey(stage.installation, ours.tenantId, role);
      waysOf.set(role, await waysWith(key));
    }
  }, 60_000);

  /** A tenant with one of everything. */
  async function settle(tenant: StageTenant, word: string): Promise<Names> {
    const eventType = `${word}.made`;
    const customerKey = `${word}-customer`;
    await tenant.mutate('eventTypeCreate', { name: eventType }, 'eventType { id }');
    await tenant.mutate(
      'customerUpsert',
      { key: customerKey, name: `${word} webhook` },
      'customer { id }',
    );
    const webhook = await tenant.endpoint(status(200), {
      name: `${word} webhook`,
      eventTypes: [eventType],
      customer: customerKey,
    });
    const eventId = `${word}-event`;
    await tenant.mutate(
      'eventTrigger',
      { type: eventType, customer: customerKey, eventId, payload: {} },
      'event { id }',
    );
    await tenant.ended(eventId);
    const { recovery } = await tenant.mutate<{ recovery: { id: string } }>(
      'recoveryCreate',
      { retry: { eventId } },
      'recovery { id }',
    );
    const {
      customer,
      eventType: type,
      deliveries,
      apiKeys,
    } = await tenant.ask<{
      customer: { id: string };
      eventType: { id: string };
      deliveries: {
        nodes: {
          id: string;
          event: { id: string };
          attempts: { id: string }[];
          webhook: { subscriptions: { id: string }[] };
        }[];
      };
      apiKeys: { nodes: { id: string }[] };
    }>(
      `query ($key: String!, $name: String!) { customer(key: $key) { id } eventType(name: $name) { id }
        deliveries(first: 1) { nodes { id event { id } attempts { id } webhook { subscriptions { id } } } }
        apiKeys(first: 1) { nodes { id } } }`,
      { key: customerKey, name: eventType },
    );
    const [delivery] = deliveries.nodes;
    const ids: Record<Kind, string> = {
      ApiKey: apiKeys.nodes[0]?.id ?? '',
      Customer: customer.id,
      Delivery: delivery?.id ?? '',
      DeliveryAttempt: delivery?.attempts[0]?.id ?? '',
      Event: delivery?.event.id ?? '',
      EventSubscription: delivery?.webhook.subscriptions[0]?.id ?? '',
      EventType: type.id,
      Recovery: recovery.id,
      Webhook: webhook.id,
    };
    for (const [kind, id] of Object.entries(ids)) expect(id, kind).not.toBe('');
    return { ids, customerKey, eventType, eventId, text: `${word} webhook` };
  }

  /** As they might be, and are not. */
  function unknownNames(): Names {
    const id = newId();
    const idOf = (kind: Kind) => encodeGlobalId(kind, kind === 'DeliveryAttempt' ? `${id}:1` : id);
    const { ids } = ourNames;
    const kinds = Object.keys(ids) as Kind[];
    return {
      ids: Object.fromEntries(kinds.map((kind) => [kind, idOf(kind)])) as Names['ids'],
      customerKey: `nobody-${randomUUID()}`,
      eventType: 'nobody.made',
      eventId: `nobody-${randomUUID()}`,
      text: 'nobody webhook',
    };
  }

  async function waysWith(key: string | null): Promise<Way[]> {
    const { address } = stage.installation;
    const post =
      (headers: Record<string, string>): Ask =>
      async (query, variables) => {
        const response = await fetch(`${address}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
        });
        return (await response.json()) as Answer<unknown>;
      };
    const ways: Way[] = [
      { name: 'HTTP', ask: post(key === null ? {} : { authorization: `Bearer ${key}` }) },
    ];
    if (key === null) return ways;
    const socket = stage.installation.socket({ key });
    ways.push({
      name: 'WebSocket',
      ask: (query, variables) =>
        new Promise((resolve, reject) => {
          const end = socket.subscribe<unknown>(
            { query, variables },
            {
              next(answer) {
                resolve(answer as Answer<unknown>);
                queueMicrotask(() => end());
              },
              error: (fault) =>
                Array.isArray(fault)
                  ? resolve({ data: null, errors: fault as Answer<unknown>['errors'] & object })
                  : reject(fault instanceof Error ? fault : new Error('the socket was closed')),
              complete: () => resolve({ data: null }),
            },
          );
        }),
    });
    const told = await fetch(`${address}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey: key }),
    });
    const [cookie] = told.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '');
    if (cookie !== undefined) {
      ways.push({ name: 'cookie', ask: post({ cookie, 'x-nexus-csrf': '1' }) });
    }
    return ways;
  }

  const codesOf = ({ errors = [] }: Answer<unknown>) =>
    errors.map(({ extensions }) => String(extensions['code']));

  it('is one that the table of rights knows, and there are no others in it', () => {
    expect(Object.keys(RIGHTS).sort()).toEqual(ASKED.map(({ name }) => name).sort());
  });

  describe.each(ROLES)('as %s', (role) => {
    it.each(ASKED.map((asked) => [asked.name, asked] as const))(
      '%s: may be asked for, or is refused',
      async (name, asked) => {
        for (const way of waysOf.get(role) ?? []) {
          if (asked.operation === 'subscription' && way.name !== 'WebSocket') continue;
          // What it may change is nobody's.
          const names = asked.operation === 'mutation' ? unknownNames() : ourNames;
          const { query, variables } = asked.documentOf(names, asked.kinds.at(-1));
          const isAllowed = RIGHTS[name]?.includes(role) ?? false;
          const answer = await way.ask(query, variables);
          const refused = role === 'NOBODY' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
          if (!isAllowed) {
            expect([way.name, ...new Set(codesOf(answer))]).toEqual([way.name, refused]);
            continue;
          }
          // A document of this test that the server cannot take shows nothing.
          for (const code of codesOf(answer)) expect(TAKEN).toContain(code);
          const within = refusedWithin(schema, asked, answer);
          expect([way.name, ...within.filter((each) => !isRefusedWithin(role, each))]).toEqual([
            way.name,
          ]);
        }
      },
    );
  });

  it.each(ROLES)(
    'is shown to %s, or refused within what it may ask for, as the table says',
    async (role) => {
      const [way] = waysOf.get(role) ?? [];
      if (way === undefined) throw new Error('there is no way in');
      const refused = new Set<string>();
      const readable = ASKED.filter(
        ({ operation, name }) => operation === 'query' && RIGHTS[name]?.includes(role) === true,
      );
      for (const asked of readable) {
        const leaves = asked.leavesOf(ourNames);
        while (leaves.length > 0) {
          const answers = leaves
            .splice(0, ASKED_AT_ONCE)
            .map(({ query, variables }) => way.ask(query, variables));
          for (const answer of await Promise.all(answers)) {
            for (const code of codesOf(answer)) expect(TAKEN).toContain(code);
            for (const field of refusedWithin(schema, asked, answer)) refused.add(field);
          }
        }
      }
      expect([...refused].sort()).toEqual([...(REFUSED_WITHIN[role] ?? [])].sort());
    },
  );

  const naming = ASKED.filter(({ isNaming }) => isNaming)
    .toSorted((a, b) => Number(MAKING.has(a.name)) - Number(MAKING.has(b.name)))
    .flatMap((asked) =>
      (asked.kinds.length === 0 ? [undefined] : asked.kinds).map(
        (kind) =>
          [kind === undefined ? asked.name : `${asked.name} of ${kind}`, asked, kind] as const,
      ),
    );

  it.each(naming)(
    '%s: what is another’s is as what is nobody’s, and is not touched',
    async (_name, asked, kind) => {
      const unknown = unknownNames();
      const before = await rowsOf(theirs.tenantId);
      for (const way of waysOf.get('ADMIN') ?? []) {
        if (asked.operation === 'subscription' && way.name !== 'WebSocket') continue;
        const answerTo = async (names: Names) => {
          const { query, variables } = asked.documentOf(names, kind);
          return anonymous(await way.ask(query, variables), names);
        };
        expect(await answerTo(theirNames), way.name).toBe(await answerTo(unknown));
      }
      expect(await rowsOf(theirs.tenantId)).toEqual(before);
    },
  );

  // That the comparison above can tell one from the other.
  it.each(
    naming.filter(([, { operation, name }]) => operation === 'query' && !NEVER_SHOWN.has(name)),
  )('%s: what is one’s own is shown', async (_name, asked, kind) => {
    const [way] = waysOf.get('ADMIN') ?? [];
    const answerTo = async (names: Names) => {
      const { query, variables } = asked.documentOf(names, kind);
      return anonymous((await way?.ask(query, variables)) ?? { data: null }, names);
    };
    expect(await answerTo(ourNames)).not.toBe(await answerTo(unknownNames()));
  });

  /** An answer without what it was asked with: names, and places that follow from their length. */
  function anonymous(answer: Answer<unknown>, names: Names): string {
    const group = names.eventType.split('.', 1)[0] ?? '';
    const own = [
      ...Object.values(names.ids),
      names.customerKey,
      names.eventType,
      names.eventId,
      group,
    ];
    return [...own, names.text]
      .toSorted((a, b) => b.length - a.length)
      .reduce((text, name) => text.replaceAll(name, '…'), JSON.stringify(answer))
      .replaceAll(/"(column|line)":\d+/g, '')
      .replaceAll(/"[a-z]{2,3}_[0-9a-z]{26}(_\d+)?"/g, '"an id"')
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
      .replaceAll(/(whsec|nxk)_[\w+/=-]+/g, 'a secret')
      .replaceAll(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"an event id"');
  }

  /** All that is a tenant's, in every table. */
  async function rowsOf(tenantId: string): Promise<unknown> {
    const { pool } = stage.installation.database;
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'tenantId' ORDER BY 1`,
    );
    const sums = tables.map(async ({ name }) => {
      const { rows } = await pool.query<{ sum: string | null }>(
        `SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS sum FROM "${name}" t WHERE "tenantId" = $1`,
        [tenantId],
      );
      return [name, rows[0]?.sum ?? null] as const;
    });
    return Promise.all(sums);
  }
});

/** What they name is one's own afterwards: they come last. */
const MAKING = new Set([
  'customerUpsert',
  'eventTypeCreate',
  'eventTypesImport',
  'eventTrigger',
  'eventTriggerBatch',
]);

/** Counts what failed, and there is none. */
const NEVER_SHOWN = new Set(['recoveryPreview']);
