import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { isToldElsewhere } from '../faults/database-faults.ts';
import { takeDueProbes } from '../deliveries/circuit-probes.ts';
import type { OfferClaim } from '../deliveries/changes/claim-at-once.ts';
import type { AddressRule } from '../domain/address/address-rule.ts';
import { retrySchedule } from '../domain/delivery/retry-schedule.ts';
import { encodeGlobalId } from '../domain/global-id.ts';
import { newId } from '../domain/identifiers.ts';
import type { DeliveryConfiguration } from '../env.ts';
import type { Announcer } from '../feed/contract.ts';
import type { DeliverJob, Queue } from '../queue/contract.ts';
import { loadSendingDetails } from '../webhooks/sending-details.ts';
import { createCapacity, OVERDRAFT } from './capacity.ts';
import { createDatabaseClock } from '../database/clock.ts';
import { createDispatcher } from './dispatcher.ts';
import { createHttpSender } from './sender/http-sender.ts';
import { createLease } from './lease.ts';
import { createPersist } from './persistence.ts';
import { createRecorder } from './recorder.ts';
import { createRepetition } from './repetition.ts';
import { createOrderSweep } from './order-sweep.ts';
import { runRecoveries } from '../recoveries/run.ts';
import { createRoomTold } from './room-told.ts';
import { createSweep } from './sweep.ts';
import { createUpkeep } from './upkeep.ts';
import { createPreparedWebhooks } from './prepared-webhooks.ts';
import type { SecretKeys } from '../domain/sealed-secret.ts';

const SWEEP_MS = 1_000;
/** While there are any, and while there are none. */
const RECOVERIES_MS = { any: 250, none: 1_000 };
const PROBES_MS = { min: 250, max: 1_000 };
/** What is in flight when a stop begins has this long to end; the rest is given back and sent again. */
const GRACE_MS = 10_000;
/** And this long after it to be put on record. */
const RECORDING_MS = 3_000;
const CONSUMER_MS = 2_000;

export interface Worker {
  /** For those who make deliveries in its process. */
  offerClaim: OfferClaim;
  /** Looks at deliveries that were just made in its process; rejects where the database fails. */
  deliver(job: DeliverJob): Promise<void>;
  /** Takes nothing new, lets attempts end, gives the rest back. At most some 17 s. */
  stop(): Promise<void>;
}

export interface WorkerParts {
  pool: Pool;
  /** For claiming and recording (pool.ts). */
  batches: Pool;
  queue: Queue;
  announcer: Announcer;
  /** Where deliveries may go. */
  rule: AddressRule;
  secretKeys: SecretKeys;
  delivery: DeliveryConfiguration;
  /** True in embedded mode, where no other worker can be alive. */
  isAlone: boolean;
  userAgent: string;
  logger: Logger;
}

/** Starts delivering: from the queue's hints, and by the sweep. */
export async function startWorker(parts: WorkerParts): Promise<Worker> {
  const { pool, batches, queue, announcer, delivery, logger } = parts;
  const workerId = newId();
  const sender = createHttpSender({
    rule: parts.rule,
    blockedPorts: delivery.blockedPorts,
    httpsOnly: delivery.httpsOnly,
    // As many as may be in flight: a send must not wait for a connection that others hold.
    connectionsPerOrigin: Math.ceil(delivery.workerConcurrency * OVERDRAFT),
  });
  const givingUp = new AbortController();
  const sealed = new Set<string>();
  /** Its deliveries are kept and looked at again and again: the right key makes them go out. */
  function reportSealed(webhookId: string): void {
    if (sealed.has(webhookId)) return;
    sealed.add(webhookId);
    logger.error({ webhook: encodeGlobalId('Webhook', webhookId) }, 'webhook.secrets_not_opened');
  }
  const clock = createDatabaseClock();
  const capacity = createCapacity({
    total: delivery.workerConcurrency,
    perWebhook: delivery.webhookConcurrency,
  });
  const persist = createPersist(givingUp);
  const recorder = createRecorder({
    pool: batches,
    announcer,
    producer: queue.producer,
    clock,
    persist,
    health: delivery.health,
    onTurned: (turned) => dispatcher.takeUp(turned),
    underWay: () => capacity.held,
    signal: givingUp.signal,
    logger,
  });
  const dispatcher = createDispatcher({
    pool: batches,
    workerId,
    announcer,
    capacity,
    holdSeconds: delivery.health.holdSeconds,
    clock,
    recorder,
    persist,
    details: createPreparedWebhooks((ids) =>
      loadSendingDetails(pool, parts.secretKeys, ids, reportSealed),
    ),
    attempt: {
      sender,
      retry: retrySchedule(delivery.retry),
      defaultTimeoutSeconds: delivery.defaultTimeoutSeconds,
      userAgent: parts.userAgent,
    },
    mayClaim: () => lease.isHeld(),
    logger,
  });
  const lease = createLease({
    pool,
    workerId,
    isAlone: parts.isAlone,
    heldTokens: () => dispatcher.heldTokens(),
    onReleased(released) {
      announcer.announce(released.map(({ tenantId }) => tenantId));
      const webhookIds = [...new Set(released.map(({ webhookId }) => webhookId))];
      dispatcher.lookAt(webhookIds).catch(() => undefined);
    },
    logger,
  });

  await lease.begin();
  const consumer = await queue.consume({
    deliver: (job) => dispatcher.deliver(job),
    async due(job) {
      const early = Math.ceil(job.dueAt - clock.now());
      if (early > 0) return early;
      await dispatcher.lookAt([job.webhookId]);
      return 0;
    },
  });
  const { handover } = queue;
  const roomTold =
    handover && createRoomTold({ handover, workerId, room: () => dispatcher.roomForOthers() });
  const endTaking = handover?.take(workerId, (handed) => {
    roomTold?.count(handed);
    dispatcher.takeHanded(handed);
  });
  const sweep = createRepetition({
    everyMs: SWEEP_MS,
    firstAfterMs: 0,
    run: createSweep(pool, delivery.health.holdSeconds, (webhookIds) =>
      dispatcher.lookAt(webhookIds),
    ),
    logger,
    fault: 'worker.sweep_failed',
  });
  const order = createRepetition({
    everyMs: SWEEP_MS,
    run: createOrderSweep(pool, (changed) => dispatcher.takeUp(changed)),
    logger,
    fault: 'worker.order_sweep_failed',
  });
  const stopping = new AbortController();
  const recoveries = createRepetition({
    everyMs: RECOVERIES_MS.any,
    async run() {
      const isAny = await runRecoveries(
        pool,
        (changed) => {
          announcer.announce(changed.map(({ tenantId }) => tenantId));
          dispatcher
            .lookAt([...new Set(changed.map(({ webhookId }) => webhookId))])
            .catch(() => undefined);
        },
        stopping.signal,
      );
      return isAny ? RECOVERIES_MS.any : RECOVERIES_MS.none;
    },
    logger,
    fault: 'worker.recoveries_failed',
  });
  const { opensAfterFailures, probeSeconds } = delivery.health;
  const probes =
    opensAfterFailures > 0
      ? createRepetition({
          everyMs: Math.max(PROBES_MS.min, Math.min(PROBES_MS.max, probeSeconds * 1_000)),
          run: async () => dispatcher.probe(await takeDueProbes(pool, probeSeconds)),
          logger,
          fault: 'worker.probes_failed',
        })
      : null;
  const upkeep = createUpkeep({ pool, retentionDays: delivery.retentionDays, logger });
  logger.info({ workerId }, 'worker.started');

  return {
    offerClaim: dispatcher.offerClaim,
    deliver: dispatcher.deliver,
    async stop() {
      stopping.abort();
      roomTold?.stop();
      await Promise.all([
        consumer.close(CONSUMER_MS),
        ...[sweep.stop(), order.stop(), recoveries.stop(), probes?.stop(), upkeep.stop()],
      ]);
      const recordingEnds = wait(GRACE_MS + RECORDING_MS, undefined, { ref: false });
      void recordingEnds.then(() => givingUp.abort());
      await Promise.race([dispatcher.stop(AbortSignal.timeout(GRACE_MS)), recordingEnds]);
      // What is made as claimed from here on is given back by who made it.
      await endTaking?.();
      await Promise.race([
        lease.end().catch((error: unknown) => {
          const level = isToldElsewhere(error) ? 'debug' : 'warn';
          logger[level]({ err: error }, 'worker.claims_not_returned');
        }),
        wait(CONSUMER_MS, undefined, { ref: false }),
      ]);
      await sender.close();
    },
  };
}
