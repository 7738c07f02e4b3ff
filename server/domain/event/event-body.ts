import { createHash } from 'node:crypto';
import { canonicalJson } from '../json/canonical-json.ts';

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

/**
 * The body that is signed and sent, in canonical JSON. It serves two receivers: the brief's reads
 * `event_type` and `event_id`, Standard Webhooks names `type`, `timestamp` and `data`.
 */
export function composeBody({ eventType, eventId, timestamp, payload }: EventParts): string {
  const type = canonicalJson(eventType);
  return (
    `${DATA}${payload},"event_id":${canonicalJson(eventId)},"event_type":${type},` +
    `"timestamp":"${timestamp.toISOString()}","type":${type}}`
  );
}

/**
 * The payload's canonical JSON in what {@link composeBody} wrote.
 * @throws Error where it did not write this.
 */
export function payloadIn(body: string): string {
  // With its quotes bare this stands in no string: the last one is the body's own.
  const end = body.lastIndexOf(',"event_id":"');
  if (!body.startsWith(DATA) || end === -1) throw new Error('not the body of an event');
  return body.slice(DATA.length, end);
}

const DATA = '{"data":';

/**
 * SHA-256 by which two triggers with one eventId are compared: of the type as a JSON string, which
 * ends itself, and the canonical payload.
 */
export function payloadHash(type: string, canonicalPayload: string): Buffer {
  return createHash('sha256').update(canonicalJson(type)).update(canonicalPayload).digest();
}
