import { encodeGlobalId } from '../global-id.ts';
import { briefSignature, standardSignature, type SigningKey } from './signature.ts';

/** A header that a webhook sends, its value readable. */
export interface OwnHeader {
  name: string;
  value: string;
  isSecret: boolean;
}

/** A webhook's own headers made ready, so that no delivery looks at them again. */
export interface OwnHeaders {
  /** Names and values by turns. */
  readonly fields: readonly string[];
  readonly secretNames: ReadonlySet<string>;
  /** Whether they say what answers the receiver may give. */
  readonly haveAccept: boolean;
}

/** @param headers as they were checked when they were saved. */
export function prepareHeaders(headers: readonly OwnHeader[]): OwnHeaders {
  return {
    fields: headers.flatMap(({ name, value }) => [name, value]),
    secretNames: new Set(headers.filter(({ isSecret }) => isSecret).map(({ name }) => name)),
    haveAccept: headers.some(({ name }) => name.toLowerCase() === 'accept'),
  };
}

/** A response is kept whatever its type, so that no receiver need refuse the request (406). */
const TAKES_ANY = ['accept', '*/*'];

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
  ownHeaders: OwnHeaders;
  /** Product and version. */
  userAgent: string;
}

/**
 * The headers of one attempt, names and values by turns: the brief's, those of Standard Webhooks
 * ("Webhook metadata"), and the webhook's own. `webhook-id` is the same over all attempts of one delivery.
 * During a grace period `X-Webhook-Signature`, which holds one signature, is made with the new secret.
 */
export function composeHeaders(request: DeliveryRequest): string[] {
  const id = encodeGlobalId('Delivery', request.deliveryId);
  const timestampSeconds = Math.floor(request.at.getTime() / 1_000);
  return [
    ...(request.ownHeaders.haveAccept ? [] : TAKES_ANY),
    'content-type',
    'application/json',
    'user-agent',
    request.userAgent,
    'webhook-id',
    id,
    'webhook-timestamp',
    String(timestampSeconds),
    'webhook-signature',
    standardSignature({ secrets: request.keys, id, timestampSeconds, body: request.body }),
    'X-Webhook-Signature',
    briefSignature(request.keys[0], request.body),
    'X-Webhook-Event',
    request.eventType,
    'X-Webhook-Delivery',
    id,
    'X-Webhook-Attempt',
    String(request.attempt),
    ...request.ownHeaders.fields,
  ];
}
