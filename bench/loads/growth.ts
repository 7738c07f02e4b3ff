import type { Figures } from '../figures.ts';
import { now, percentiles } from '../percentiles.ts';
import { insertOldDeliveries } from '../stand/old-deliveries.ts';
import type { Kind, Stand, StandOptions } from '../stand/stand.ts';
import { inBulk } from './deliver.ts';
import { measureDelivered } from './delivered.ts';

export interface GrowthLoad {
  kind: Kind;
  /** How many there are before anything is measured. */
  deliveries: number;
}

export const GROWTH_LOADS: readonly GrowthLoad[] = [
  { kind: 'served', deliveries: 10_000 },
  { kind: 'served', deliveries: 1_000_000 },
  { kind: 'served', deliveries: 10_000_000 },
];

/** Enough for a short run to have something to read. */
const SHORT_RUN = { seconds: 2, deliveries: 5_000 };
const WEBHOOKS = 10;
/** How often each page is read; the first few are not counted. */
const READINGS = { counted: 20, before: 3 };

/** Delivering, each list with each filter, and stats, in an installation that has so many deliveries. */
export async function measureGrowth(
  load: GrowthLoad,
  seconds: number,
  options: Omit<StandOptions, 'kind'> = {},
): Promise<Figures> {
  const isShort = seconds < SHORT_RUN.seconds;
  const count = isShort ? SHORT_RUN.deliveries : load.deliveries;
  // What is measured is not to be deleted meanwhile.
  const env = { ...options.env, LOG_RETENTION_DAYS: '3650' };
  return measureDelivered({
    stand: { ...options, kind: load.kind, env },
    seconds,
    ...inBulk(WEBHOOKS),
    async prepare(stand) {
      await insertOldDeliveries(stand, { count, from: 60, to: 0, failedOfHundred: 2 });
      return measureReadings(stand);
    },
  });
}

/** Milliseconds of each, in the middle and at the 95th of a hundred, over HTTP. */
async function measureReadings(stand: Stand): Promise<Figures> {
  const figures: Figures = {};
  const known = await findKnown(stand);
  for (const [name, { query, variables }] of Object.entries(readingsOf(known))) {
    const times: number[] = [];
    for (let n = 0; n < READINGS.before + READINGS.counted; n += 1) {
      const begun = now();
      await stand.ask(query, variables);
      if (n >= READINGS.before) times.push(now() - begun);
    }
    const { p50, p95 } = percentiles(times);
    figures[`${name} p50`] = p50;
    figures[`${name} p95`] = p95;
  }
  return figures;
}

/** Of what is there: what the filters look for. */
interface Known {
  webhookId: string;
  deliveryId: string;
  eventId: string;
  /** A cursor halfway down the list of deliveries. */
  halfway: string;
}

async function findKnown(stand: Stand): Promise<Known> {
  const halfwayOf = `query ($to: DateTime!) {
    webhooks(first: 1) { nodes { id } }
    deliveries(first: 1, filter: { createdAt: { to: $to } }) {
      pageInfo { endCursor } nodes { id event { eventId } }
    }
  }`;
  const to = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const answer = await stand.ask(halfwayOf, { to });
  const {
    webhooks,
    deliveries,
  }: {
    webhooks?: { nodes: { id: string }[] };
    deliveries?: {
      pageInfo: { endCursor: string };
      nodes: { id: string; event: { eventId: string } }[];
    };
  } = Object(answer);
  const [webhook] = webhooks?.nodes ?? [];
  const [delivery] = deliveries?.nodes ?? [];
  if (webhook === undefined || delivery === undefined) throw new Error('there is nothing to read');
  return {
    webhookId: webhook.id,
    deliveryId: delivery.id,
    eventId: delivery.event.eventId,
    halfway: deliveries?.pageInfo.endCursor ?? '',
  };
}

function readingsOf({ webhookId, deliveryId, eventId, halfway }: Known) {
  const day = 86_400_000;
  const ago = (days: number) => new Date(Date.now() - days * day).toISOString();
  const deliveries = (filter: object, page: object = {}) => ({
    query: `query ($filter: DeliveryFilter, $after: String) {
      deliveries(first: 20, after: $after, filter: $filter) {
        nodes { id status createdAt attemptCount webhook { name } event { type eventId } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    variables: { filter, ...page },
  });
  const events = (filter: object) => ({
    query: `query ($filter: EventFilter) {
      events(first: 20, filter: $filter) {
        nodes { id type eventId createdAt webhooksNotified } pageInfo { hasNextPage endCursor }
      }
    }`,
    variables: { filter },
  });
  const stats = (range: object | null) => ({
    query: `query ($range: TimeRange) {
      stats(range: $range) {
        total success failed pending successRate latencyP50Ms latencyP95Ms
        trend(interval: DAY) { start total failed }
      }
    }`,
    variables: { range },
  });
  return {
    deliveries: deliveries({}),
    'deliveries, halfway': deliveries({}, { after: halfway }),
    'failed deliveries': deliveries({ statuses: ['FAILED'] }),
    'pending deliveries': deliveries({ statuses: ['PENDING', 'SENDING', 'RETRYING'] }),
    'deliveries of a webhook': deliveries({ webhookIds: [webhookId] }),
    'failed of a webhook': deliveries({ webhookIds: [webhookId], statuses: ['FAILED'] }),
    'deliveries of a type': deliveries({ eventTypes: ['user.deleted'] }),
    'deliveries of a range': deliveries({ createdAt: { from: ago(40), to: ago(39) } }),
    'deliveries of an event': deliveries({ eventId }),
    'test deliveries': deliveries({ isTest: true }),
    delivery: {
      query: `query ($id: ID!) {
        delivery(id: $id) { id status event { payload } attempts { number responseStatusCode } }
      }`,
      variables: { id: deliveryId },
    },
    count: { query: '{ deliveryCount(upTo: 1000) }', variables: {} },
    events: events({}),
    'events of a type': events({ types: ['user.deleted'] }),
    'stats of a day': stats(null),
    'stats of 60 days': stats({ from: ago(60), to: ago(0) }),
    'stats of a webhook': {
      query: `query ($id: ID!, $range: TimeRange) {
        webhook(id: $id) { stats(range: $range) { total success failed latencyP95Ms } }
      }`,
      variables: { id: webhookId, range: { from: ago(60), to: ago(0) } },
    },
    'top failing webhooks': {
      query: 'query ($range: TimeRange) { topFailingWebhooks(range: $range) { id } }',
      variables: { range: { from: ago(60), to: ago(0) } },
    },
  };
}
