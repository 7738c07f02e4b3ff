import { GraphQLError, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { GraphQLContext } from '../../server/graphql/schema/context.ts';
import { createAnswerBudget } from '../../server/graphql/limits/answer-budget.ts';
import {
  type AnswerTurns,
  subscribeInTurns,
} from '../../server/graphql/delivery/subscription-turns.ts';
import {
  insertTenant,
  insertSubscription,
  insertWebhook,
} from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';
import { waitFor } from '../support/wait.ts';
import { callerOf, counting, schema } from './reading.ts';

let on: TestServices;
let tenantId: string;
const open = new Set<AnswerTurns>();

beforeAll(async () => {
  on = await createTestServices();
  tenantId = await insertTenant(on.services.pool);
  for (let count = 0; count < 3; count += 1) {
    await insertSubscription(on.services.pool, await insertWebhook(on.services.pool, tenantId));
  }
});
afterEach(() => {
  for (const turns of open) turns.end();
  open.clear();
});
afterAll(() => on.close());

async function follow(
  source: string,
  {
    variableValues = {},
    context = {},
  }: { variableValues?: Record<string, unknown>; context?: Partial<GraphQLContext> } = {},
): Promise<AnswerTurns> {
  const contextValue: GraphQLContext = {
    caller: callerOf(tenantId),
    services: on.services,
    onSlowReader: null,
    ...context,
  };
  const turns = await subscribeInTurns(
    { schema, document: parse(source), variableValues, contextValue },
    (error) => (error instanceof GraphQLError ? error : new GraphQLError(String(error))),
  );
  if (!('next' in turns)) throw new Error(JSON.stringify(turns.errors));
  open.add(turns);
  return turns;
}

/** Three deliveries, made by one statement. */
async function trigger(payload: unknown = {}): Promise<void> {
  const { faults } = await on.services.events.trigger(
    tenantId,
    { type: 'user.created', payload },
    [],
  );
  expect(faults).toBeUndefined();
}

const BROUGHT = `subscription ($after: String) {
  deliveryUpdated(after: $after) {
    cursor status matchesFilter changedAt
    delivery { id status version attemptCount event { id type eventId isTest } webhook { id name } }
  }
}`;
const MORE = `subscription {
  deliveryUpdated { delivery { attempts { number } lastAttempt { number } event { createdAt payload } webhook { secretHint } } }
}`;

describe('the answers of a subscription', () => {
  it('come together, as many as there are', async () => {
    const turns = await follow(BROUGHT);
    await trigger();
    const turn = await turns.next();
    expect(turn).toHaveLength(3);
    for (const { result, json, cursor } of turn ?? []) {
      expect(result.errors).toBeUndefined();
      expect(JSON.parse(json)).toMatchObject({
        data: { deliveryUpdated: { cursor, delivery: { webhook: { name: expect.any(String) } } } },
      });
    }
  });

  it('cost no statement where the feed has brought what they ask for', async () => {
    const counted = counting(on);
    try {
      const turns = await follow(BROUGHT, { context: { services: counted.services } });
      counted.statements.length = 0;
      await trigger();
      expect(await turns.next()).toHaveLength(3);
      expect(counted.statements).toEqual([]);
    } finally {
      await counted.close();
    }
  });

  it('cost one statement for each thing more, for all of a turn and all who follow', async () => {
    const counted = counting(on);
    try {
      const context = { services: counted.services };
      // Not the same question, so that nothing is shared but what is loaded.
      const all = await Promise.all(
        ['a', 'b', 'c', 'd'].map((alias) =>
          follow(MORE.replace('secretHint', `${alias}: secretHint`), { context }),
        ),
      );
      counted.statements.length = 0;
      const answers = Promise.all(all.map((turns) => turns.next()));
      await trigger();
      for (const turn of await answers) {
        expect(turn).toHaveLength(3);
        for (const { result } of turn ?? []) expect(result.errors).toBeUndefined();
      }
      const of = (table: string) => counted.statements.filter((text) => text.includes(table));
      expect(of('DeliveryAttempt').length).toBe(1);
      expect(of('Webhook').length).toBe(1);
      // Its row, and its body.
      expect(of('Event').length).toBe(2);
      expect(counted.statements).toHaveLength(4);
    } finally {
      await counted.close();
    }
  });

  it('are made once for all who ask the same with the same rights, from wherever they began', async () => {
    const after = await on.services.feed.currentCursor();
    const first = await follow(BROUGHT);
    const second = await follow(BROUGHT);
    const otherRights = await follow(BROUGHT, { context: { caller: callerOf(tenantId, 'ADMIN') } });
    const otherQuestion = await follow('subscription { deliveryUpdated { status } }');
    const resumed = await follow(BROUGHT, { variableValues: { after } });
    const begun = resumed.next();
    await trigger();
    const [one, two, rights, question] = await Promise.all(
      [first, second, otherRights, otherQuestion].map((turns) => turns.next()),
    );
    expect(one).toHaveLength(3);
    one?.forEach((answer, index) => {
      expect(two?.[index]).toBe(answer);
      expect(rights?.[index]).not.toBe(answer);
      expect(rights?.[index]?.json).toBe(answer.json);
      expect(question?.[index]?.json).toBe('{"data":{"deliveryUpdated":{"status":"PENDING"}}}');
    });
    expect(await begun).toHaveLength(3);
    // Once it has caught up and is told by the hub.
    await waitFor(async () => {
      await trigger();
      const [again, there] = await Promise.all([first.next(), resumed.next()]);
      return again !== null && there !== null && again.every((each, at) => there[at] === each);
    });
  });

  it('of stats are one reading for all who follow them, each time', async () => {
    const counted = counting(on);
    try {
      const context = { services: { ...counted.services, feed: on.services.feed } };
      const all = await Promise.all(
        Array.from({ length: 20 }, () =>
          follow('subscription { statsUpdated { total latencyP95Ms } }', { context }),
        ),
      );
      const first = await Promise.all(all.map((turns) => turns.next()));
      const costs = new Set<number>();
      for (let time = 0; time < 2; time += 1) {
        counted.statements.length = 0;
        const next = all.map((turns) => turns.next());
        await trigger();
        const [one, ...others] = await Promise.all(next);
        for (const other of others) expect(other).toEqual(one);
        costs.add(counted.statements.length);
      }
      expect(first).toHaveLength(20);
      // The counts, and the latencies.
      expect([...costs]).toEqual([2]);
    } finally {
      await counted.close();
    }
  });

  it('are kept for who comes later only where they are short', async () => {
    const PAYLOAD = 'subscription { deliveryUpdated { delivery { event { payload } } } }';
    for (const [length, isKept] of [
      [10, true],
      [20_000, false],
    ] as const) {
      const [first, second] = [await follow(PAYLOAD), await follow(PAYLOAD)];
      await trigger('x'.repeat(length));
      const one = await first.next();
      await new Promise((resolve) => setImmediate(resolve));
      const two = await second.next();
      expect(one).toHaveLength(3);
      one?.forEach((answer, at) => {
        expect(two?.[at]?.json).toBe(answer.json);
        expect(two?.[at] === answer).toBe(isKept);
      });
    }
  });

  it('depend on the variables that they use', async () => {
    const source = `subscription ($short: Boolean!) {
      deliveryUpdated { status delivery @skip(if: $short) { version } }
    }`;
    const long = await follow(source, { variableValues: { short: false } });
    const short = await follow(source, { variableValues: { short: true } });
    await trigger();
    const [whole, part] = await Promise.all([long.next(), short.next()]);
    expect(whole?.[0]?.json).toContain('version');
    expect(part?.[0]?.json).not.toContain('version');
  });

  it('have a budget each, also where together they are more than one may be', async () => {
    const limits = { answerBytes: 4_000, operationSeconds: 10 };
    const { configuration } = on.services;
    const services = {
      ...on.services,
      configuration: {
        ...configuration,
        limits: { ...configuration.limits, answer: limits },
      },
    };
    const turns = await follow(
      'subscription { deliveryUpdated { delivery { event { payload } } } }',
      {
        context: { services, nextBudget: () => createAnswerBudget(limits) },
      },
    );
    await Promise.all([trigger('x'.repeat(3_000)), trigger('y'.repeat(3_000))]);
    for (let count = 0; count < 6;) {
      const turn = (await turns.next()) ?? [];
      count += turn.length;
      for (const { result } of turn) expect(result.errors).toBeUndefined();
    }
  });
});
