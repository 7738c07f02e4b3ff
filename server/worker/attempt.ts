import { judgeAttempt } from '../domain/delivery/attempt-verdict.ts';
import { composeHeaders } from '../domain/delivery/delivery-request.ts';
import { keptHead } from '../domain/delivery/kept-head.ts';
import type { RetrySchedule } from '../domain/delivery/retry-schedule.ts';
import { keysAt } from '../domain/delivery/signature.ts';
import type { ClaimedDelivery } from '../deliveries/changes/claim.ts';
import type { AttemptRecord } from '../deliveries/changes/record.ts';
import { traceStep } from '../steps.ts';
import type { HttpSender } from './sender/http-sender.ts';
import type { PreparedWebhook } from './prepared-webhooks.ts';

export interface AttemptParts {
  sender: HttpSender;
  /** Of webhooks that have none of their own. */
  retry: RetrySchedule;
  defaultTimeoutSeconds: number;
  userAgent: string;
}

/**
 * Makes one attempt: signs, sends and judges. Nothing that a receiver does makes it throw.
 * @throws AbortedSend where `signal` aborts: the attempt then counts for nothing.
 */
export async function makeAttempt(
  parts: AttemptParts,
  delivery: ClaimedDelivery,
  webhook: PreparedWebhook,
  signal: AbortSignal,
): Promise<AttemptRecord> {
  const at = new Date();
  const number = delivery.attemptsMade + 1;
  const headers = composeHeaders({
    deliveryId: delivery.id,
    eventType: delivery.eventType,
    body: delivery.body,
    attempt: number,
    at,
    keys: keysAt(webhook.keys, at),
    ownHeaders: webhook.headers,
    userAgent: parts.userAgent,
  });

  traceStep('sending', () => [delivery.id]);
  const outcome = await parts.sender.send(
    {
      url: webhook.url,
      headers,
      body: delivery.body,
      timeoutMs: (webhook.timeoutSeconds ?? parts.defaultTimeoutSeconds) * 1_000,
    },
    signal,
  );
  traceStep('answered', () => [delivery.id]);
  return {
    deliveryId: delivery.id,
    token: delivery.token,
    number,
    startedAt: outcome.startedAt,
    durationMs: outcome.durationMs,
    requestHead: keptHead(outcome.requestHeaders, webhook.headers.secretNames),
    responseStatusCode: outcome.statusCode,
    responseHead: keptHead(outcome.responseHeaders),
    responseBody: outcome.responseBody,
    responseBodyTruncated: outcome.responseBodyTruncated,
    errorCode: outcome.errorCode,
    errorMessage: outcome.errorMessage,
    verdict: judgeAttempt(
      scheduleOf(webhook, parts.retry),
      delivery.attemptCount + 1,
      outcome,
      new Date(),
    ),
    orderingKey: delivery.orderingKey,
    endedAt: performance.now(),
  };
}

/** Waits that a webhook gives are its own to the second. */
function scheduleOf({ retryDelays: delays }: PreparedWebhook, otherwise: RetrySchedule) {
  return delays === null ? otherwise : { delays, jitter: 0 };
}
