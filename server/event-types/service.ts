import { isEventTypeName } from '../domain/event/event-type-name.ts';
import { newId } from '../domain/identifiers.ts';
import { descriptionFaults, groupFaults, notNull, tooLarge } from '../domain/input-rules.ts';
import type { Outcome, UserFault } from '../domain/user-fault.ts';
import { type PayloadValidation, Prisma, type PrismaClient } from '../generated/prisma/client.ts';
import type { EventTypeCatalogue } from './catalogue.ts';
import {
  eventTypeNameFaults,
  exampleOf,
  groupOf,
  keptSchema,
  sampleText,
  validationFaults,
} from './field-rules.ts';
import { type ImportedTypes, type ImportInput, importTypes } from './import/import.ts';
import { type EventTypeRow, MOST_EVENT_TYPES } from './row.ts';

export interface CreateEventTypeInput {
  name: string;
  /** The name's first segment if omitted. */
  group?: string | null | undefined;
  description?: string | null | undefined;
  /** Made of the schema if omitted; `{}` where there is none. */
  sample?: unknown;
  schema?: unknown;
  /** NONE if omitted. */
  validation?: PayloadValidation | null | undefined;
}

export interface UpdateEventTypeInput {
  name: string;
  group?: string | null | undefined;
  /** Null: none. */
  description?: string | null | undefined;
  sample?: unknown;
  /** Null: none, and with it no validation. */
  schema?: unknown;
  validation?: PayloadValidation | null | undefined;
  /** True keeps the time at which it first was. */
  isDeprecated?: boolean | null | undefined;
}

/** What can be done to a tenant's event types. Each returns every fault at once, and then has changed nothing. */
export interface EventTypeService {
  create(tenantId: string, input: CreateEventTypeInput): Promise<Outcome<EventTypeRow>>;
  update(tenantId: string, input: UpdateEventTypeInput): Promise<Outcome<EventTypeRow>>;
  /** Of one that a webhook subscribes to, or that has events: NOT_ALLOWED_NOW. */
  delete(tenantId: string, name: string): Promise<Outcome<{ name: string }>>;
  /** Makes what is new and updates what differs, all of it or nothing. */
  import(tenantId: string, input: ImportInput): Promise<Outcome<ImportedTypes>>;
}

export interface EventTypeServiceOptions {
  prisma: PrismaClient;
  catalogue: EventTypeCatalogue;
}

const SCHEMA = ['input', 'schema'];
const SAMPLE = ['input', 'sample'];
const VALIDATION = ['input', 'validation'];

export function createEventTypeService(options: EventTypeServiceOptions): EventTypeService {
  const { prisma, catalogue } = options;

  /** What has committed is seen by the next request of this process. */
  async function changed<Value>(tenantId: string, outcome: Promise<Outcome<Value>>) {
    try {
      return await outcome;
    } finally {
      catalogue.forget(tenantId);
    }
  }

  async function create(tenantId: string, input: CreateEventTypeInput) {
    const { name, description = null } = input;
    const group = input.group ?? groupOf(name);
    const schema = keptSchema(input.schema ?? null, SCHEMA);
    const sample = sampleText(input.sample ?? exampleOf(schema.value?.schema), SAMPLE);
    const validation = input.validation ?? 'NONE';
    const faults = [
      ...eventTypeNameFaults(name, ['input', 'name']),
      ...(typeof input.group === 'string' ? groupFaults(group, ['input', 'group']) : []),
      ...(description === null ? [] : descriptionFaults(description, ['input', 'description'])),
      ...(sample.faults ?? []),
      ...(schema.faults ?? validationFaults(validation, schema.value.schema, VALIDATION)),
    ];
    if (faults.length > 0 || sample.faults || schema.faults) return { faults };
    if ((await prisma.eventType.count({ where: { tenantId } })) >= MOST_EVENT_TYPES) {
      return {
        faults: [tooLarge(['input'], `There are ${MOST_EVENT_TYPES} event types: no more fit.`)],
      };
    }
    try {
      const data = { id: newId(), tenantId, name, group, description, sample: sample.value };
      return {
        value: await prisma.eventType.create({ data: { ...data, ...schema.value, validation } }),
      };
    } catch (error) {
      if (!isTaken(error)) throw error;
      return { faults: [taken(name)] };
    }
  }

  async function update(tenantId: string, input: UpdateEventTypeInput) {
    const { name, group, description, isDeprecated } = input;
    const sample = input.sample == null ? null : sampleText(input.sample, SAMPLE);
    const schema = input.schema === undefined ? null : keptSchema(input.schema, SCHEMA);
    const faults: UserFault[] = [...(sample?.faults ?? []), ...(schema?.faults ?? [])];
    for (const field of ['group', 'sample', 'validation', 'isDeprecated'] as const) {
      if (input[field] === null) faults.push(notNull(['input', field], field));
    }
    if (typeof group === 'string') faults.push(...groupFaults(group, ['input', 'group']));
    if (typeof description === 'string') {
      faults.push(...descriptionFaults(description, ['input', 'description']));
    }
    const key = { tenantId_name: { tenantId, name } };
    const before = isEventTypeName(name) ? await prisma.eventType.findUnique({ where: key }) : null;
    if (before === null) return { faults: [notFound()] };
    const after = schema?.value?.schema === undefined ? before.schema : schema.value.schema;
    const validation = input.validation ?? (input.schema === null ? 'NONE' : before.validation);
    if (schema?.faults === undefined)
      faults.push(...validationFaults(validation, after, VALIDATION));
    if (faults.length > 0) return { faults };
    const now = new Date();
    return {
      value: await prisma.eventType.update({
        where: key,
        data: {
          ...(typeof group === 'string' && { group }),
          ...(description !== undefined && { description }),
          ...(sample?.value !== undefined && { sample: sample.value }),
          ...schema?.value,
          // What is left out stays as another change may have set it meanwhile.
          ...(validation !== before.validation && { validation }),
          ...(isDeprecated === true && { deprecatedAt: before.deprecatedAt ?? now }),
          ...(isDeprecated === false && { deprecatedAt: null }),
          updatedAt: now,
        },
      }),
    };
  }

  async function remove(tenantId: string, name: string): Promise<Outcome<{ name: string }>> {
    if (!isEventTypeName(name)) return { faults: [notFound()] };
    const [subscribed, event] = await Promise.all([
      prisma.eventSubscription.findFirst({
        where: { tenantId, eventType: name },
        select: { id: true },
      }),
      prisma.event.findFirst({ where: { tenantId, type: name }, select: { id: true } }),
    ]);
    const { count } =
      subscribed === null && event === null
        ? await prisma.eventType.deleteMany({ where: { tenantId, name } })
        : { count: await prisma.eventType.count({ where: { tenantId, name } }) };
    if (count === 0) return { faults: [notFound()] };
    if (subscribed !== null) return { faults: [inUse('Webhooks subscribe to it')] };
    if (event !== null) return { faults: [inUse('Events of it are kept')] };
    return { value: { name } };
  }

  return {
    create: (tenantId, input) => changed(tenantId, create(tenantId, input)),
    update: (tenantId, input) => changed(tenantId, update(tenantId, input)),
    delete: (tenantId, name) => changed(tenantId, remove(tenantId, name)),
    import: (tenantId, input) => changed(tenantId, importTypes(prisma, tenantId, input)),
  };
}

const isTaken = (error: unknown) =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';

function taken(name: string): UserFault {
  const message = `There is an event type ${name} already: change it with eventTypeUpdate.`;
  return { field: ['input', 'name'], code: 'CONFLICT', message };
}

function notFound(): UserFault {
  const message = 'There is no event type with this name; the query eventTypes lists them.';
  return { field: ['input', 'name'], code: 'NOT_FOUND', message };
}

function inUse(why: string): UserFault {
  const message = `${why}: deprecate it instead (eventTypeUpdate with isDeprecated: true).`;
  return { field: ['input', 'name'], code: 'NOT_ALLOWED_NOW', message };
}
