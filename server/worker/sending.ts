import type { Logger } from 'pino';
import type { ClaimedDelivery } from '../deliveries/changes/claim.ts';
import type { AttemptRecord } from '../deliveries/changes/record.ts';
import { encodeGlobalId } from '../domain/global-id.ts';
import { traceStep } from '../steps.ts';
import { createUnderWay } from '../under-way.ts';
import { makeAttempt, type AttemptParts } from './attempt.ts';
import type { Capacity } from './capacity.ts';
import { AbortedSend } from './sender/http-sender.ts';
import type { Persist } from './persistence.ts';
import type { Recorder } from './recorder.ts';
import type { PreparedWebhooks } from './prepared-webhooks.ts';

/** Makes an attempt at each delivery that was claimed, and puts it on record. */
export interface Sending {
  /** Takes room for them, and holds their token until all are on record. */
  start(claimed: readonly ClaimedDelivery[], token: string): void;
  /** Counts something as being sent that is not claimed yet, so that a stop waits for it. */
  begin(): void;
  end(): void;
  /** What is claimed from now on is given back like all that nobody holds. */
  readonly isCutOff: boolean;
  /** Settles when all is on record; what has no answer by the `signal` is cut off. */
  stop(signal: AbortSignal): Promise<void>;
}

export interface SendingParts {
  capacity: Capacity;
  /** The tokens under which this worker holds claims. */
  tokens: Set<string>;
  details: PreparedWebhooks;
  recorder: Recorder;
  persist: Persist;
  attempt: AttemptParts;
  /** Told each time that room for one more has come free. */
  onRoom: () => void;
  logger: Logger;
}

export function createSending(parts: SendingParts): Sending {
  const { capacity, tokens, details, recorder, persist, onRoom, logger } = parts;
  const aborting = new AbortController();
  const underWay = createUnderWay();

  async function send(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    const wanted = new Map(deliveries.map((d) => [d.webhookId, d.webhookRevision]));
    try {
      const webhooks = await persist(() => details.get(wanted));
      await Promise.all(
        deliveries.map(async (delivery) => {
          let isAnswered = false;
          try {
            const webhook = webhooks.get(delivery.webhookId);
            // Its secrets do not open, which was logged: the lease gives the claim back.
            if (webhook === undefined) return;
            const { signal } = aborting;
            const attempt = await makeAttempt(parts.attempt, delivery, webhook, signal);
            isAnswered = true;
            answered(delivery.webhookId);
            if (logger.isLevelEnabled('debug'))
              logger.debug(logged(delivery, attempt), 'delivery.attempted');
            await recorder.record(attempt);
          } catch (error) {
            report(error);
          } finally {
            if (!isAnswered) answered(delivery.webhookId);
            capacity.recorded();
            onRoom();
          }
        }),
      );
    } catch (error) {
      for (const { webhookId } of deliveries) capacity.release(webhookId, 1);
      onRoom();
      report(error);
    }
  }

  function answered(webhookId: string): void {
    capacity.answered(webhookId);
    onRoom();
  }

  function report(error: unknown): void {
    if (error instanceof AbortedSend || aborting.signal.aborted) return;
    logger.error({ err: error }, 'attempt.internal_failure');
  }

  return {
    start(claimed, token) {
      traceStep('claimed', () => claimed.map(({ id }) => id));
      tokens.add(token);
      for (const { webhookId } of claimed) capacity.take(webhookId, 1);
      underWay.track(send(claimed).finally(() => tokens.delete(token)));
    },
    begin: underWay.begin,
    end: underWay.end,
    get isCutOff() {
      return aborting.signal.aborted;
    },
    async stop(signal) {
      signal.addEventListener('abort', () => aborting.abort(), { once: true });
      if (signal.aborted) aborting.abort();
      await underWay.none();
      await recorder.drain();
    },
  };
}

/** An attempt as it is logged: ids and outcome, nothing that was sent or came back. */
function logged(delivery: ClaimedDelivery, attempt: AttemptRecord) {
  const { number, responseStatusCode, errorCode, durationMs, verdict } = attempt;
  return {
    delivery: encodeGlobalId('Delivery', delivery.id),
    webhook: encodeGlobalId('Webhook', delivery.webhookId),
    attempt: number,
    statusCode: responseStatusCode,
    errorCode,
    durationMs: Math.round(durationMs),
    status: verdict.status,
  };
}
