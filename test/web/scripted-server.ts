import {
  CombinedError,
  createClient,
  makeOperation,
  type Client,
  type Exchange,
  type Operation,
  type OperationResult,
} from '@urql/core';
import { filter, make, merge, mergeMap, pipe, takeUntil } from 'wonka';

import { besideCache } from '../../web/graphql/cache/beside-cache.ts';
import { createCache } from '../../web/graphql/cache/cache.ts';
import type { DeliveryFilter } from '../../web/live/delivery-filter.ts';
import { graphql } from '../../web/graphql/graphql.ts';
import type { LiveSource } from '../../web/live/live-source.ts';
import { newestDeliveryExchange } from '../../web/graphql/cache/newest-delivery-exchange.ts';
import type { Random } from '../support/random.ts';

/** A delivery of the scripted server. */
export interface ScriptedRow {
  __typename: 'Delivery';
  id: string;
  version: number;
  createdAt: string;
  status: 'PENDING' | 'SUCCESS' | 'FAILED';
}

/** Live lists of {@link ScriptedRow}. */
export const scriptedRows: LiveSource<ScriptedRow> = {
  page: graphql(`
    query Page($filter: DeliveryFilter, $first: Int!, $after: String) {
      deliveries(filter: $filter, first: $first, after: $after) {
        feedCursor
        nodes {
          __typename
          id
          version
          createdAt
          status
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `) as unknown as LiveSource<ScriptedRow>['page'],
  rows: graphql(`
    query Rows($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Delivery {
          id
          version
          createdAt
          status
        }
      }
    }
  `),
  updates: graphql(`
    subscription Updates($filter: DeliveryFilter, $after: String) {
      deliveryUpdated(filter: $filter, after: $after) {
        cursor
        matchesFilter
        delivery {
          __typename
          id
          version
          createdAt
          status
        }
      }
    }
  `) as unknown as LiveSource<ScriptedRow>['updates'],
};

interface Change {
  id: string;
  before: ScriptedRow | null;
  after: ScriptedRow;
}

interface Feed {
  operation: Operation;
  /** How much of the log it has told. */
  at: number;
  next(result: OperationResult): void;
  end(): void;
}

/**
 * A server in memory with the contract of schema.graphql, whose every answer waits for the test:
 * pages are read at one moment and answered at a later one, the feed lags behind, and breaks.
 */
export function scriptedServer(random: Random) {
  const rows = new Map<string, ScriptedRow>();
  const log: Change[] = [];
  const questions: { read(): void; isRead: boolean; answer(): void }[] = [];
  const feeds = new Set<Feed>();
  /** The versions last told: the server reads each copy later than the one before. */
  const toldVersions = new Map<string, number>();
  let made = 0;
  const STATUSES = ['PENDING', 'SUCCESS', 'FAILED'] as const;

  function fits(row: ScriptedRow, { statuses, createdAt }: DeliveryFilter): boolean {
    if (statuses && !statuses.includes(row.status)) return false;
    return !createdAt?.to || row.createdAt < createdAt.to;
  }
  const truth = (filter: DeliveryFilter) =>
    [...rows.values()].filter((row) => fits(row, filter)).sort((a, b) => (a.id < b.id ? 1 : -1));

  function write(after: ScriptedRow): void {
    log.push({ id: after.id, before: rows.get(after.id) ?? null, after });
    rows.set(after.id, after);
  }

  function pageOf({ variables }: Operation) {
    const { filter, first, after } = variables as {
      filter: DeliveryFilter;
      first: number;
      after: string | null;
    };
    const all = truth(filter);
    const from = after === null ? 0 : all.findIndex((row) => rankBelow(row, after));
    const nodes = from === -1 ? [] : all.slice(from, from + first);
    const last = nodes.at(-1);
    return {
      deliveries: {
        __typename: 'DeliveryConnection',
        feedCursor: String(Math.max(0, log.length - random.integer(0, 3))),
        nodes: nodes.map((row) => ({ ...row })),
        pageInfo: {
          __typename: 'PageInfo',
          hasNextPage: from !== -1 && from + first < all.length,
          endCursor: last?.id ?? null,
        },
      },
    };
  }
  function rowsOf({ variables }: Operation) {
    const { ids } = variables as { ids: string[] };
    return { nodes: ids.map((id) => ({ ...rows.get(id) })) };
  }
  const rankBelow = (row: ScriptedRow, after: string) => row.id < after;

  const resultOf = (operation: Operation, data: unknown, code?: string): OperationResult => ({
    operation,
    data,
    ...(code !== undefined && {
      error: new CombinedError({ graphQLErrors: [{ message: code, extensions: { code } }] }),
    }),
    stale: false,
    hasNext: operation.kind === 'subscription',
  });

  const answers: Exchange =
    ({ client }) =>
    (operations$) =>
      merge([
        pipe(
          operations$,
          filter(({ kind }) => kind === 'query'),
          mergeMap((operation) =>
            make<OperationResult>(({ next, complete }) => {
              let data: unknown = null;
              const question = {
                isRead: false,
                read: () => {
                  data =
                    'ids' in (operation.variables ?? {}) ? rowsOf(operation) : pageOf(operation);
                  question.isRead = true;
                },
                answer: () => {
                  const fails = random.next() < 0.1;
                  next(
                    fails
                      ? resultOf(operation, undefined, 'SERVICE_UNAVAILABLE')
                      : resultOf(operation, data),
                  );
                  complete();
                },
              };
              questions.push(question);
              return () => undefined;
            }),
          ),
        ),
        pipe(
          operations$,
          filter(({ kind }) => kind === 'subscription'),
          mergeMap((operation) =>
            pipe(
              make<OperationResult>(({ next }) => {
                const { after } = operation.variables as { after: string };
                // As urql's own exchange does where the server completes a subscription.
                const end = () => client.reexecuteOperation(makeOperation('teardown', operation));
                const feed = { operation, at: Number(after), next, end };
                feeds.add(feed);
                return () => feeds.delete(feed);
              }),
              takeUntil(
                pipe(
                  operations$,
                  filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
                ),
              ),
            ),
          ),
        ),
      ]);

  const client: Client = createClient({
    url: 'http://unused',
    exchanges: [besideCache(createCache()), newestDeliveryExchange(), answers],
  });

  return {
    client,
    truth,
    /** A new delivery: mostly the newest, now and then of the same moment as the one before. */
    create(): void {
      made += random.integer(0, 3);
      // Ids sort as the rows were made; those of one moment in any order.
      const hex = (number: number) => number.toString(16).padStart(8, '0');
      const id = `dlv_${hex(made)}${hex(random.integer(0, 2 ** 32))}${rows.size}`;
      write({
        __typename: 'Delivery',
        id,
        version: 1,
        createdAt: new Date(Date.UTC(2026, 0, 1) + made).toISOString(),
        status: 'PENDING',
      });
    },
    change(): ScriptedRow | undefined {
      const row = rows.size === 0 ? undefined : random.pick([...rows.values()]);
      if (row === undefined) return undefined;
      const changed = { ...row, version: row.version + 1, status: random.pick(STATUSES) };
      write(changed);
      return changed;
    },
    /** One of the pages asked for is read, or answered if it was. */
    answerOne(): boolean {
      const question = questions[random.integer(0, questions.length)];
      if (question === undefined) return false;
      if (!question.isRead) question.read();
      else {
        questions.splice(questions.indexOf(question), 1);
        question.answer();
      }
      return true;
    },
    /** Each feed tells some of what it has not told; now and then something twice. */
    tell(most: number): boolean {
      let hasTold = false;
      for (const feed of feeds) {
        if (random.next() < 0.1) feed.at = Math.max(0, feed.at - 2);
        const { filter } = feed.operation.variables as { filter: DeliveryFilter };
        for (const { id, before, after } of log.slice(feed.at, feed.at + most)) {
          feed.at += 1;
          hasTold = true;
          const matchesFilter = fits(after, filter);
          if (!matchesFilter && (before === null || !fits(before, filter))) continue;
          const isOld = after.version < (toldVersions.get(id) ?? 0);
          const delivery = isOld || random.next() < 0.5 ? (rows.get(id) ?? after) : after;
          toldVersions.set(id, delivery.version);
          const update = {
            __typename: 'DeliveryUpdate',
            cursor: String(feed.at),
            matchesFilter,
            delivery: { ...delivery },
          };
          feed.next(resultOf(feed.operation, { deliveryUpdated: update }));
        }
      }
      return hasTold;
    },
    /** Something ends the feeds, or makes them leave out a change. */
    breakFeeds(): void {
      for (const feed of feeds) {
        const how = random.integer(0, 4);
        if (how === 0) feed.end();
        else {
          const code = ['CURSOR_EXPIRED', 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'][how - 1];
          feed.at += 1;
          feed.next(resultOf(feed.operation, null, code));
        }
      }
    },
    isIdle: () => questions.length === 0 && [...feeds].every(({ at }) => at >= log.length),
    feedCount: () => feeds.size,
  };
}
