import { setImmediate } from 'node:timers/promises';

import { canonicalJson, PayloadError } from '../../domain/json/canonical-json.ts';
import { newId } from '../../domain/identifiers.ts';
import { descriptionFaults, groupFaults, tooLarge } from '../../domain/input-rules.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import type { PayloadValidation, Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import {
  eventTypeNameFaults,
  exampleOf,
  groupOf,
  type KeptSchema,
  keptSchema,
  sampleText,
  schemaHashOf,
  validationFaults,
} from '../field-rules.ts';
import { type EventTypeRow, MOST_EVENT_TYPES } from '../row.ts';
import { nestingFault } from '../schema/schema-faults.ts';
import { type ListedType, listedTypes } from './listed-types.ts';

export interface ImportInput {
  /** OpenAPI, or event types by name. */
  document?: unknown;
  /** Nothing is changed. */
  dryRun?: boolean | null | undefined;
}

/** Names of event types, each in the order of the document. */
export interface ImportedTypes {
  created: string[];
  updated: string[];
  unchanged: string[];
}

/** Bytes of all schemas of a document once each stands alone: each takes time to be compiled. */
const MOST_SCHEMAS_BYTES = 4_194_304;
const MOST_FAULTS = 100;
const DOCUMENT = ['input', 'document'];
/** How long it waits for a connection and for others' changes of the same types, in ms. */
const PATIENCE = { maxWait: 10_000, timeout: 15_000 };

/** A type of the document, checked. */
interface ReadType {
  listed: ListedType;
  schema: KeptSchema | undefined;
  sample: string | undefined;
}

/** A type as it is to be. */
type NextType = Pick<
  EventTypeRow,
  'group' | 'description' | 'sample' | 'schema' | 'schemaHash' | 'validation'
> & { isDeprecated: boolean };

/**
 * Brings a tenant's event types to what a document says of them; what it leaves out stays, and so
 * do types that it does not name. Other requests are served between its schemas.
 */
export async function importTypes(
  prisma: PrismaClient,
  tenantId: string,
  { document, dryRun }: ImportInput,
): Promise<Outcome<ImportedTypes>> {
  const listed = listedTypes(document, DOCUMENT);
  if (listed.faults) return { faults: listed.faults.slice(0, MOST_FAULTS) };
  if (listed.value.length > MOST_EVENT_TYPES) return { faults: [tooMany()] };
  const kept = await prisma.eventType.findMany({
    where: { tenantId, schemaHash: { not: null } },
    select: { schemaHash: true },
  });
  const knownSchemas = new Set(kept.map(({ schemaHash }) => schemaHash));
  const read = await readTypes(listed.value, knownSchemas);
  if (read.faults) return { faults: read.faults.slice(0, MOST_FAULTS) };
  return prisma.$transaction((tx) => bringTo(tx, tenantId, read.value, dryRun === true), PATIENCE);
}

async function readTypes(
  listed: readonly ListedType[],
  knownSchemas: ReadonlySet<string | null>,
): Promise<Outcome<ReadType[]>> {
  const types: ReadType[] = [];
  const faults: UserFault[] = [];
  let bytes = 0;
  for (const type of listed) {
    const { name, path, group, description } = type;
    const schema = readKept(type, knownSchemas);
    const sample = type.sample === undefined ? null : sampleText(type.sample, [...path, 'sample']);
    faults.push(
      ...eventTypeNameFaults(name, path),
      ...(group === undefined ? [] : groupFaults(group, [...path, 'group'])),
      ...(description == null ? [] : descriptionFaults(description, [...path, 'description'])),
      ...(schema?.faults ?? []),
      ...(sample?.faults ?? []),
    );
    bytes += schema?.value?.schema?.length ?? 0;
    if (bytes > MOST_SCHEMAS_BYTES) {
      const message = `The schemas, each with all that it refers to, have more than ${MOST_SCHEMAS_BYTES} bytes together: import it in parts.`;
      return { faults: [tooLarge(DOCUMENT, message)] };
    }
    if (faults.length >= MOST_FAULTS) break;
    types.push({ listed: type, schema: schema?.value, sample: sample?.value });
    await setImmediate();
  }
  return faults.length > 0 ? { faults } : { value: types };
}

/** What the tenant has already was checked then. */
function readKept({ schema, path }: ListedType, known: ReadonlySet<string | null>) {
  if (schema === undefined) return null;
  const text = nestingFault(schema) === null ? jsonOf(schema) : null;
  const schemaHash = text === null ? null : schemaHashOf(text);
  if (schemaHash !== null && known.has(schemaHash)) return { value: { schema: text, schemaHash } };
  return keptSchema(schema, [...path, 'schema']);
}

function jsonOf(schema: unknown): string | null {
  try {
    return canonicalJson(schema);
  } catch (error) {
    if (error instanceof PayloadError) return null;
    throw error;
  }
}

async function bringTo(
  tx: Prisma.TransactionClient,
  tenantId: string,
  types: readonly ReadType[],
  isDryRun: boolean,
): Promise<Outcome<ImportedTypes>> {
  await tx.$queryRaw`
    SELECT id FROM "EventType" WHERE "tenantId" = ${tenantId}::uuid ORDER BY id FOR UPDATE`;
  const rows = await tx.eventType.findMany({ where: { tenantId } });
  const byName = new Map(rows.map((row) => [row.name, row]));
  const done: ImportedTypes = { created: [], updated: [], unchanged: [] };
  const faults: UserFault[] = [];
  const changes: (NextType & { name: string })[] = [];
  for (const type of types) {
    const { name, path } = type.listed;
    const row = byName.get(name);
    const next = nextOf(type, row);
    faults.push(...validationFaults(next.validation, next.schema, [...path, 'validation']));
    if (row === undefined) done.created.push(name);
    else if (isAlready(row, next)) {
      done.unchanged.push(name);
      continue;
    } else done.updated.push(name);
    changes.push({ name, ...next });
  }
  if (faults.length > 0) return { faults: faults.slice(0, MOST_FAULTS) };
  if (rows.length + done.created.length > MOST_EVENT_TYPES) return { faults: [tooMany()] };
  if (!isDryRun && changes.length > 0) await write(tx, tenantId, changes);
  return { value: done };
}

function nextOf({ listed, schema, sample }: ReadType, row: EventTypeRow | undefined): NextType {
  const after: KeptSchema = schema ?? row ?? { schema: null, schemaHash: null };
  const validation: PayloadValidation =
    listed.validation ?? (after.schema === null ? 'NONE' : (row?.validation ?? 'NONE'));
  return {
    group: listed.group ?? row?.group ?? groupOf(listed.name),
    description: listed.description === undefined ? (row?.description ?? null) : listed.description,
    sample: sample ?? row?.sample ?? canonicalJson(exampleOf(after.schema)),
    schema: after.schema,
    schemaHash: after.schemaHash,
    validation,
    isDeprecated: listed.isDeprecated ?? (row !== undefined && row.deprecatedAt !== null),
  };
}

function isAlready(row: EventTypeRow, next: NextType): boolean {
  return (
    row.group === next.group &&
    row.description === next.description &&
    row.sample === next.sample &&
    row.schemaHash === next.schemaHash &&
    row.validation === next.validation &&
    (row.deprecatedAt !== null) === next.isDeprecated
  );
}

/** One statement, however many there are; one that was made meanwhile is overwritten. */
async function write(
  tx: Prisma.TransactionClient,
  tenantId: string,
  changes: readonly (NextType & { name: string })[],
): Promise<void> {
  const rows = JSON.stringify(changes.map((change) => ({ id: newId(), ...change })));
  await tx.$executeRaw`
    INSERT INTO "EventType" AS kept (id, "tenantId", name, "group", description, sample, schema,
      "schemaHash", validation, "deprecatedAt", "updatedAt")
    SELECT id, ${tenantId}::uuid, name, "group", description, sample, schema, "schemaHash", validation,
      CASE WHEN "isDeprecated" THEN now() END, now()
    FROM json_to_recordset(${rows}::json) AS given(id uuid, name text, "group" text, description text,
      sample text, schema text, "schemaHash" text, validation "PayloadValidation", "isDeprecated" boolean)
    ORDER BY name
    ON CONFLICT ("tenantId", name) DO UPDATE SET "group" = excluded."group",
      description = excluded.description, sample = excluded.sample, schema = excluded.schema,
      "schemaHash" = excluded."schemaHash", validation = excluded.validation,
      "deprecatedAt" = CASE WHEN excluded."deprecatedAt" IS NOT NULL
        THEN coalesce(kept."deprecatedAt", excluded."deprecatedAt") END,
      "updatedAt" = excluded."updatedAt"`;
}

function tooMany(): UserFault {
  const message = `A tenant has at most ${MOST_EVENT_TYPES} event types: these are more.`;
  return tooLarge(DOCUMENT, message);
}
