import { encodeGlobalId } from '../global-id.ts';
import { briefSignature, standardSignature, type SigningKey } from './signature.ts';

/** A request header as it goes on record: a secret's value is null there. */
export interface RequestHeader {
  name: string;
  value: string;
  isSecret: boolean;
}

export interface DeliveryRequest {
  deliveryId: string;
  eventType: string;
  body: string;
  /** 1 for the delivery's first attempt. */
  attempt: number;
  /** When this attempt is made. */
  at: Date;
  /** The current secret first, then those in their grace period. */
  keys: readonly [SigningKey, ...SigningKey[]];
  /** The webhook's own headers, which were checked when they were saved. */
  ownHeaders: readonly RequestHeader[];
  /** Product and version. */
  userAgent: string;
}

/**
 * The headers of one attempt: the brief's, those of Standard Webhooks ("Webhook metadata"), and
 * the webhook's own. `webhook-id` is the same over all attempts of one delivery. During a grace
 * period `X-Webhook-Signature`, which holds one signature, is made with the new secret.
 */
export function composeHeaders(request: DeliveryRequest): RequestHeader[] {
  const id = encodeGlobalId('Delivery', request.deliveryId);
  const timestampSeconds = Math.floor(request.at.getTime() / 1_000);
  const ours: [string, string][] = [
    ['content-type', 'application/json'],
    ['user-agent', request.userAgent],
    ['webhook-id', id],
    ['webhook-timestamp', String(timestampSeconds)],
    [
      'webhook-signature',
      standardSignature({ secrets: request.keys, id, timestampSeconds, body: request.body }),
    ],
    ['X-Webhook-Signature', briefSignature(request.keys[0], request.body)],
    ['X-Webhook-Event', request.eventType],
    ['X-Webhook-Delivery', id],
    ['X-Webhook-Attempt', String(request.attempt)],
  ];
  // A response is kept whatever its type, so that no receiver need refuse the request (406).
  const takesAny = !request.ownHeaders.some(({ name }) => name.toLowerCase() === 'accept');
  if (takesAny) ours.unshift(['accept', '*/*']);
  return [
    ...ours.map(([name, value]) => ({ name, value, isSecret: false })),
    ...request.ownHeaders,
  ];
}
