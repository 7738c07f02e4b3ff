import { createHash } from 'node:crypto';

import { canonicalJson, PayloadError } from '../domain/json/canonical-json.ts';
import { isEventTypeName, MAX_EVENT_TYPE_NAME } from '../domain/event/event-type-name.ts';
import { invalid, type Path, tooLarge } from '../domain/input-rules.ts';
import { placedFault } from '../domain/placed-fault.ts';
import type { Outcome, UserFault } from '../domain/user-fault.ts';
import type { PayloadValidation } from '../generated/prisma/client.ts';
import { readSchema } from './schema/payload-schema.ts';
import { sampleOf } from './schema/sample-of.ts';

/** Bytes of a sample's JSON: a whole catalogue goes out in one answer. */
const MOST_SAMPLE_BYTES = 65_536;

export function eventTypeNameFaults(name: string, field: Path): UserFault[] {
  if (isEventTypeName(name)) return [];
  return [
    invalid(
      field,
      `A name is made of segments of A-Z a-z 0-9 _ - with dots between them, ${MAX_EVENT_TYPE_NAME} characters at most: order.created.`,
    ),
  ];
}

/** The group of a type for which none is given: its name's first segment. */
export const groupOf = (name: string): string => name.split('.', 1)[0] ?? name;

/** The sample as JSON text; its keys are sorted, as those of the payloads that are sent. */
export function sampleText(sample: unknown, field: Path): Outcome<string> {
  try {
    const text = canonicalJson(sample);
    const bytes = Buffer.byteLength(text);
    if (bytes <= MOST_SAMPLE_BYTES) return { value: text };
    const message = `A sample has at most ${MOST_SAMPLE_BYTES} bytes; this one has ${bytes}.`;
    return { faults: [tooLarge(field, message)] };
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    return { faults: [invalid(field, error.message.replaceAll('payload', 'sample'))] };
  }
}

/** A schema as its row has it: both null where there is none. */
export interface KeptSchema {
  schema: string | null;
  schemaHash: string | null;
}

export function keptSchema(schema: unknown, field: Path): Outcome<KeptSchema> {
  if (schema === null) return { value: { schema: null, schemaHash: null } };
  const read = readSchema(schema);
  if ('text' in read) return { value: { schema: read.text, schemaHash: schemaHashOf(read.text) } };
  return { faults: [placedFault(read.fault, field, 'schema')] };
}

/** @param text canonical JSON. */
export const schemaHashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex');

/** The sample of a type for which none is given. */
export function exampleOf(schema: string | null | undefined): unknown {
  return typeof schema === 'string' ? sampleOf(JSON.parse(schema)) : {};
}

export function validationFaults(
  validation: PayloadValidation,
  schema: string | null,
  field: Path,
): UserFault[] {
  if (validation === 'NONE' || schema !== null) return [];
  return [invalid(field, `${validation} needs a schema: give one, or leave it NONE.`)];
}
