import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What the body of a delivery is made of. */
export interface EventParts {
  eventType: string;
  /** The caller's id of the event. */
  eventId: string;
  /** When the event was triggered. */
  timestamp: Date;
  /** The payload, already in canonical JSON ({@link canonicalJson}). */
  payload: string;
}

/** A body read back. */
export interface EventBody {
  data: unknown;
  eventId: string;
  eventType: string;
  timestamp: Date;
}

/**
 * The body that is signed and sent, in canonical JSON. It serves two receivers: the brief's reads
 * `event_type` and `event_id`, Standard Webhooks names `type`, `timestamp` and `data`.
 */
export function composeBody({ eventType, eventId, timestamp, payload }: EventParts): string {
  const type = canonicalJson(eventType);
  return (
    `{"data":${payload},"event_id":${canonicalJson(eventId)},"event_type":${type},` +
    `"timestamp":"${timestamp.toISOString()}","type":${type}}`
  );
}

/**
 * Reads what {@link composeBody} wrote.
 * @throws Error where it did not write this.
 */
export function readBody(body: string): EventBody {
  const parsed: unknown = JSON.parse(body);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'data' in parsed &&
    'event_id' in parsed &&
    typeof parsed.event_id === 'string' &&
    'event_type' in parsed &&
    typeof parsed.event_type === 'string' &&
    'timestamp' in parsed &&
    typeof parsed.timestamp === 'string'
  ) {
    return {
      data: parsed.data,
      eventId: parsed.event_id,
      eventType: parsed.event_type,
      timestamp: new Date(parsed.timestamp),
    };
  }
  throw new Error('not the body of an event');
}

/**
 * SHA-256 by which two triggers with one eventId are told apart: of the type as a JSON string, which
 * ends itself, and the canonical payload.
 */
export function payloadHash(type: string, canonicalPayload: string): Buffer {
  return createHash('sha256').update(canonicalJson(type)).update(canonicalPayload).digest();
}
