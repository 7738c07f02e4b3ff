import { canonicalJson, PayloadError } from '../../domain/json/canonical-json.ts';
import { noSuchCustomer } from '../../customers/find.ts';
import { isCustomerKey } from '../../domain/customer-key.ts';
import { composeBody, payloadHash } from '../../domain/event/event-body.ts';
import { keysOf } from '../../domain/json/json-pointer.ts';
import { newId } from '../../domain/identifiers.ts';
import { isStorable, STORABLE } from '../../domain/stored-text.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import type { EventTypes } from '../../event-types/row.ts';
import type { PayloadSchema, SchemaViolation } from '../../event-types/schema/payload-schema.ts';
import type { SchemasByType } from '../../event-types/schema/compiled-schemas.ts';
import { unknownEventType } from '../../event-types/subscribed-types.ts';
import type { NewEvent } from './insert-events.ts';

/** An event as a caller gives it. */
export interface TriggerInput {
  type: string;
  payload?: unknown;
  /** Made here if omitted. */
  eventId?: string | null | undefined;
  /** For webhooks that keep order by it; in no order if omitted. */
  orderingKey?: string | null | undefined;
  /** The key of the customer that it is for; for nobody in particular if omitted. */
  customer?: string | null | undefined;
}

/** What events are held against. */
export interface EventRules {
  types: EventTypes;
  schemas: SchemasByType;
  payloadBytes: number;
  /** Of what does not fit: refused where its type says so, or kept in any case. */
  refusesMisfits: boolean;
}

/** The longest eventId and orderingKey, in characters (UTF-16 units, as GraphQL and JavaScript count them). */
const MAX_NAME_LENGTH = 256;

/**
 * Checks an event and makes the body that is signed and sent. Tells every fault at once, each
 * with its path below `path`.
 */
export function prepareEvent(
  tenantId: string,
  input: TriggerInput,
  path: readonly string[],
  { types, schemas, payloadBytes, refusesMisfits }: EventRules,
): Outcome<NewEvent> {
  const faults: UserFault[] = [];
  if (!types.has(input.type)) {
    faults.push({
      field: [...path, 'type'],
      code: 'UNKNOWN_EVENT_TYPE',
      message: unknownEventType(types, input.type),
    });
  }
  for (const field of ['eventId', 'orderingKey'] as const) {
    const message = checkName(field, input[field]);
    if (message !== null) faults.push({ field: [...path, field], code: 'INVALID', message });
  }
  if (typeof input.customer === 'string' && !isCustomerKey(input.customer)) {
    faults.push(noSuchCustomer([...path, 'customer']));
  }
  const payload = readPayload(input.payload, path, payloadBytes);
  if (payload.faults) faults.push(...payload.faults);
  if (faults.length > 0 || payload.faults) return { faults };
  const violations = violationsOf(payload.value, schemas.get(input.type));
  if (refusesMisfits && types.get(input.type)?.validation === 'REJECT' && violations.length > 0) {
    return { faults: violations.map((violation) => misfit(violation, path)) };
  }

  const createdAt = new Date();
  const id = newId(createdAt.getTime());
  const eventId = input.eventId ?? id;
  return {
    value: {
      id,
      tenantId,
      customerKey: input.customer ?? null,
      orderingKey: input.orderingKey ?? null,
      type: input.type,
      eventId,
      body: composeBody({
        eventType: input.type,
        eventId,
        timestamp: createdAt,
        payload: payload.value,
      }),
      hash: payloadHash(input.type, payload.value),
      violations: violations.length === 0 ? null : JSON.stringify(violations),
      createdAt,
    },
  };
}

const FITS: readonly SchemaViolation[] = [];

function violationsOf(payload: string, schema: PayloadSchema | undefined) {
  return schema === undefined ? FITS : schema.violationsOf(JSON.parse(payload));
}

function misfit(violation: SchemaViolation, path: readonly string[]): UserFault {
  const place = violation.path === '' ? 'The payload' : `${violation.path} in the payload`;
  return {
    field: [...path, 'payload', ...keysOf(violation.path)],
    code: 'INVALID',
    message: `${place} does not fit the schema of the event type: it ${violation.message}.`,
  };
}

function checkName(
  field: 'eventId' | 'orderingKey',
  name: string | null | undefined,
): string | null {
  if (name === null || name === undefined) return null;
  if (name === '') {
    const otherwise = field === 'eventId' ? 'to have one made' : 'for no order';
    return `An ${field} has at least one character; leave it out ${otherwise}.`;
  }
  if (name.length > MAX_NAME_LENGTH) {
    return `An ${field} has at most ${MAX_NAME_LENGTH} characters; this one has ${name.length}.`;
  }
  return isStorable(name) ? null : `An ${field} holds ${STORABLE}.`;
}

function readPayload(payload: unknown, path: readonly string[], maxBytes: number): Outcome<string> {
  const field = [...path, 'payload'];
  try {
    const text = canonicalJson(payload);
    // Canonical JSON is ASCII: its length is its size.
    if (text.length <= maxBytes) return { value: text };
    const message = `A payload has at most ${maxBytes} bytes as it is sent (ASCII, other characters escaped); this one has ${text.length}.`;
    return { faults: [{ field, code: 'TOO_LARGE', message }] };
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    return { faults: [{ field, code: 'INVALID', message: error.message }] };
  }
}
