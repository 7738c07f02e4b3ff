import { createClient, gql, type Exchange } from '@urql/core';
import { map, pipe } from 'wonka';
import { describe, expect, it } from 'vitest';

import { newestDeliveryExchange } from '../../web/graphql/cache/newest-delivery-exchange.ts';

/** A client whose server answers with what the test has put there. */
function setUp(mostKnown?: number) {
  let answer: unknown;
  const server: Exchange = () => (operations$) =>
    pipe(
      operations$,
      map((operation) => ({ operation, data: answer, stale: false, hasNext: false })),
    );
  const exchanges = [newestDeliveryExchange(mostKnown), server];
  const client = createClient({ url: 'http://unused', exchanges });
  return async (data: unknown): Promise<unknown> => {
    answer = structuredClone(data);
    const query = gql(`{ viewer { tenant { id } } }`);
    const { data: came } = await client.query(query, {}, { requestPolicy: 'network-only' });
    return came;
  };
}

const delivery = (version: number, more: object = {}) => ({
  __typename: 'Delivery',
  id: 'd1',
  version,
  status: version === 1 ? 'PENDING' : 'SUCCESS',
  ...more,
});

describe('the exchange that knows the newest deliveries', () => {
  it('mends what an older copy says, wherever it stands, and leaves its version', async () => {
    const receive = setUp();
    await receive({ deliveryUpdated: { delivery: delivery(3, { completedAt: 'then' }) } });
    const old = delivery(1, { completedAt: null, createdAt: 'before', attempts: [{ number: 1 }] });
    expect(await receive({ event: { deliveries: { nodes: [old, null] } } })).toEqual({
      event: {
        deliveries: { nodes: [{ ...old, status: 'SUCCESS', completedAt: 'then' }, null] },
      },
    });
  });

  it('adds no fields that were not asked for, and mends none that it does not know', async () => {
    const receive = setUp();
    await receive({ delivery: delivery(3, { attemptCount: 2 }) });
    const old = delivery(1, { failureReason: null });
    expect(await receive({ delivery: old })).toEqual({
      delivery: { ...old, status: 'SUCCESS' },
    });
  });

  it('gathers the fields of copies of one version', async () => {
    const receive = setUp();
    await receive({ delivery: delivery(3) });
    await receive({ delivery: delivery(3, { attemptCount: 2 }) });
    expect(await receive({ delivery: delivery(1, { attemptCount: 0 }) })).toEqual({
      delivery: delivery(1, { status: 'SUCCESS', attemptCount: 2 }),
    });
  });

  it('takes a newer copy as it is, and objects that are no deliveries', async () => {
    const receive = setUp();
    await receive({ delivery: delivery(2) });
    const newer = { delivery: delivery(4, { status: 'FAILED' }) };
    expect(await receive(newer)).toEqual(newer);
    const other = { node: { ...delivery(1), __typename: 'Webhook' } };
    expect(await receive(other)).toEqual(other);
    expect(await receive(null)).toBe(null);
  });

  it('forgets those not seen for longest', async () => {
    const receive = setUp(2);
    await receive({ delivery: delivery(3) });
    await receive({ nodes: [delivery(1, { id: 'd2' }), delivery(3), delivery(1, { id: 'd3' })] });
    expect(await receive({ delivery: delivery(1) })).toEqual({
      delivery: delivery(1, { status: 'SUCCESS' }),
    });
    await receive({ nodes: [delivery(1, { id: 'd4' }), delivery(1, { id: 'd5' })] });
    expect(await receive({ delivery: delivery(1) })).toEqual({ delivery: delivery(1) });
  });
});
