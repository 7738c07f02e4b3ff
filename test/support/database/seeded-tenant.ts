import { foldRollups } from '../../../server/deliveries/stats/rollup-fold.ts';
import { decodeGlobalId } from '../../../server/domain/global-id.ts';
import {
  appendSums,
  insertDeliveries,
  insertEvents,
  makeDelivery,
  makeEvent,
} from './delivery-factory.ts';
import { createRandom, type Random } from '../random.ts';
import { retryAfter, status } from '../receiver/receiver.ts';
import { insertKey, type Stage, type StageTenant } from '../installation/stage.ts';
import { waitFor } from '../wait.ts';

/** Ids are global ones, as they stand in the app's addresses. */
export interface SeededTenant extends StageTenant {
  viewerKey: string;
  /** Its deliveries succeed; the others' names tell what becomes of theirs. */
  webhooks: { good: string; failing: string; waiting: string; off: string; ofCustomer: string };
  /** One delivery of each, with its attempts. */
  deliveries: { succeeded: string; failed: string; retrying: string };
  /** An event that went to several webhooks. */
  event: { id: string; eventId: string };
  /** An event of the customer `acme`, which its webhook’s filter held back. */
  customerEvent: { id: string; eventId: string };
  /** What was brought back of the webhook that works: nothing. */
  recovery: string;
}

const PAST_EVENTS = 400;
const DAY_MS = 86_400_000;
const TYPES = ['order.created', 'user.created', 'user.updated'] as const;
const RECENT_EVENTS = 12;
const CUSTOMERS = [
  ['acme', 'Acme Ltd'],
  ['globex:eu-1', 'Globex, a company with a name that is rather long for a table'],
] as const;

/** What a start to use with it needs: few attempts, so that what fails has soon failed. */
export const SEED_ENV = { MAX_RETRY_ATTEMPTS: '3', INITIAL_RETRY_DELAY: '0.05' };

/**
 * A tenant as a platform of some weeks has it: webhooks that work, fail, wait and are off, a day of
 * deliveries behind it and some made just now, tests, and texts as long as people write them.
 */
export async function seedTenant(stage: Stage): Promise<SeededTenant> {
  const tenant = await stage.tenant();
  const endpoint = async (...made: Parameters<StageTenant['endpoint']>) =>
    (await tenant.endpoint(...made)).id;
  const eventTypes = [...TYPES];
  const json = { 'content-type': 'application/json' };
  const good = await endpoint(status(200, '{"accepted":true,"queue":["a","b"]}', json), {
    name: 'Orders to the warehouse',
    description: 'Feeds the picking list of the night shift.',
    eventTypes,
    headers: [{ name: 'X-Warehouse', value: 'north' }],
  });
  const failing = await endpoint(
    status(500, '{"error":"relation \\"orders\\" does not exist","hint":null}', json),
    { name: 'Invoices', eventTypes },
  );
  const waiting = await endpoint(retryAfter(503, 3_600), {
    name: 'The customer relations platform of the subsidiary in the Netherlands (staging)',
    eventTypes: ['order.created'],
  });
  const off = await endpoint(status(200), { name: 'Old shop', eventTypes, isActive: false });

  for (const [key, name] of CUSTOMERS) {
    await tenant.mutate('customerUpsert', { key, name, metadata: { plan: 'pro' } }, 'isNew');
  }
  const ofCustomer = await endpoint(status(200), {
    name: 'Acme’s till',
    customer: 'acme',
    eventTypes: ['order.*'],
    filter: { data: { total: { $gt: 50 } } },
  });
  await insertPast(stage, tenant.tenantId, { good, failing });
  const events: { id: string; eventId: string }[] = [];
  for (let index = 0; index < RECENT_EVENTS; index += 1) {
    const { event, userErrors } = await tenant.trigger({
      type: TYPES[index % TYPES.length] ?? 'order.created',
      payload: { order_id: `ord_${90_210 + index}`, total: 89.7, note: 'für Zoë & <b>Ωlga</b>' },
    });
    if (event === null) throw new Error(`refused: ${JSON.stringify(userErrors)}`);
    events.push(event);
  }
  const { event: refund } = await tenant.trigger({
    type: 'order.created',
    customer: 'acme',
    payload: { order_id: 'ord_7', total: 12 },
  });
  if (refund === null) throw new Error('no event was made');
  await tenant.mutate('webhookTest', { id: good, eventType: 'user.created' }, 'delivery { id }');
  const { recovery } = await tenant.mutate<{ recovery: { id: string } }>(
    'recoveryCreate',
    { retry: { webhookIds: [good], eventTypes: ['user.updated'], isTest: true } },
    'recovery { id }',
  );
  const [event] = events;
  if (event === undefined) throw new Error('no event was made');

  const deliveryTo = (webhookId: string, status: string) =>
    waitFor(async () => (await newest(tenant, { webhookId, status }, event.eventId))?.id, {
      everyMs: 50,
    });
  return {
    ...tenant,
    viewerKey: await insertKey(stage.installation, tenant.tenantId, 'VIEWER'),
    webhooks: { good, failing, waiting, off, ofCustomer },
    deliveries: {
      succeeded: await deliveryTo(good, 'SUCCESS'),
      failed: await deliveryTo(failing, 'FAILED'),
      retrying: await deliveryTo(waiting, 'RETRYING'),
    },
    event,
    customerEvent: refund,
    recovery: recovery.id,
  };
}

async function newest(
  { ask }: StageTenant,
  { webhookId, status }: { webhookId: string; status: string },
  eventId: string,
): Promise<{ id: string } | undefined> {
  const { deliveries } = await ask<{ deliveries: { nodes: { id: string }[] } }>(
    `query ($filter: DeliveryFilter!) { deliveries(first: 1, filter: $filter) { nodes { id } } }`,
    { filter: { webhookIds: [webhookId], statuses: [status], eventId } },
  );
  return deliveries.nodes[0];
}

/** Deliveries of the last day, as the rows that they left. */
async function insertPast(
  { installation: { database } }: Stage,
  tenantId: string,
  webhooks: { good: string; failing: string },
): Promise<void> {
  const random = createRandom(11);
  const made = Array.from({ length: PAST_EVENTS }, () => {
    const ago = random.integer(60_000, DAY_MS);
    const event = makeEvent(tenantId, {
      type: random.pick(TYPES),
      createdAt: new Date(Date.now() - ago),
    });
    return { event, delivery: pastDelivery(random, event, webhooks) };
  });
  const deliveries = made.map(({ delivery }) => delivery);
  await insertEvents(
    database.pool,
    made.map(({ event }) => event),
  );
  await insertDeliveries(database.pool, deliveries);
  await appendSums(database.pool, deliveries);
  await foldRollups(database.pool);
}

function pastDelivery(
  random: Random,
  event: ReturnType<typeof makeEvent>,
  { good, failing }: { good: string; failing: string },
) {
  const isGood = random.next() < 0.7;
  const id = decodeGlobalId(isGood ? good : failing)?.id ?? '';
  const hasFailed = random.next() < (isGood ? 0.02 : 0.6);
  return makeDelivery(event, id, {
    status: hasFailed ? 'FAILED' : 'SUCCESS',
    attemptCount: hasFailed ? 3 : 1,
    latencyMs: 20 + Math.floor(Math.exp(random.next() * 6)),
  });
}
