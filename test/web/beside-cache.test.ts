import { createClient, gql, type Exchange, type Operation, type OperationResult } from '@urql/core';
import { filter, make, mergeMap, pipe } from 'wonka';
import { describe, expect, it } from 'vitest';

import { besideCache } from '../../web/graphql/cache/beside-cache.ts';
import { createCache } from '../../web/graphql/cache/cache.ts';
import { ownCopyContext, ownRequest } from '../../web/graphql/cache/own-copy.ts';

const QUERY = gql`
  query {
    delivery(id: "d1") {
      id
      version
      status
    }
  }
`;
const UPDATES = gql`
  subscription {
    deliveryUpdated {
      cursor
      delivery {
        __typename
        id
        version
        status
      }
    }
  }
`;
const delivery = (version: number, status: string, id = 'd1') => ({
  __typename: 'Delivery',
  id,
  version,
  status,
});

/** A client whose server answers each query with `answer`, and updates when it is told to. */
function setUp() {
  const state = { answer: delivery(1, 'PENDING'), asked: 0, tell: (copy: unknown) => void copy };
  const resultOf = (operation: Operation, data: unknown): OperationResult => ({
    operation,
    data: structuredClone(data),
    stale: false,
    hasNext: operation.kind === 'subscription',
  });
  const server: Exchange = () => (operations$) =>
    pipe(
      operations$,
      filter(({ kind }) => kind !== 'teardown'),
      mergeMap((operation) =>
        make<OperationResult>(({ next, complete }) => {
          if (operation.kind === 'subscription') {
            state.tell = (copy) => {
              const deliveryUpdated = { __typename: 'DeliveryUpdate', cursor: 'c', delivery: copy };
              next(resultOf(operation, { deliveryUpdated }));
            };
          } else {
            state.asked += 1;
            queueMicrotask(() => {
              next(resultOf(operation, { __typename: 'Query', delivery: state.answer }));
              complete();
            });
          }
          return () => undefined;
        }),
      ),
    );
  const exchanges = [besideCache(createCache()), server];
  return { state, client: createClient({ url: 'http://unused', exchanges }) };
}

describe('beside the cache', () => {
  it('a page comes as the server sent it, and is not kept', async () => {
    const { client, state } = setUp();
    const ask = () =>
      client.executeQuery(ownRequest(QUERY, {}), ownCopyContext('page')).toPromise();
    expect((await ask()).data).toEqual({
      __typename: 'Query',
      delivery: delivery(1, 'PENDING'),
    });
    await ask();
    expect(client.readQuery(QUERY, {}, { requestPolicy: 'cache-only' })?.data ?? null).toBe(null);
    expect(state.asked).toBe(2);
  });

  it('an update comes as it is, and changes what is shown from the cache', async () => {
    const { client, state } = setUp();
    const seen: unknown[] = [];
    const { unsubscribe } = client.query(QUERY, {}).subscribe(({ data }) => {
      seen.push(data?.delivery.status);
    });
    await new Promise((resolve) => setTimeout(resolve));
    const came: unknown[] = [];
    const feed = client
      .executeSubscription(ownRequest(UPDATES, {}), ownCopyContext('updates'))
      .subscribe(({ data }) => came.push(data?.deliveryUpdated.delivery));
    state.tell(delivery(2, 'SUCCESS'));
    state.tell(delivery(1, 'PENDING', 'another'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(came).toEqual([delivery(2, 'SUCCESS'), delivery(1, 'PENDING', 'another')]);
    expect(seen).toEqual(['PENDING', 'SUCCESS']);
    expect(state.asked).toBe(1);
    feed.unsubscribe();
    unsubscribe();
  });
});
