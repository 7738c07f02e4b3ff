import type { UserFault } from '../../domain/user-fault.ts';
import type { ImportedTypes } from '../../event-types/import/import.ts';
import type { EventTypeRow } from '../../event-types/row.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { faultsUnless } from '../errors/user-error.ts';
import { EventType, PayloadValidation } from './event-type.ts';

interface Payload {
  eventType: EventTypeRow | null;
  userErrors: UserFault[];
}

/** What both a new and a changed event type come back in. */
const payloadOf = (name: string, description: string, eventType: string, unless: string) =>
  builder.objectRef<Payload>(name).implement({
    description,
    fields: (t) => ({
      eventType: t.expose('eventType', {
        type: EventType,
        nullable: true,
        description: `${eventType}; null where userErrors has any.`,
      }),
      userErrors: t.expose('userErrors', faultsUnless(unless)),
    }),
  });

const EventTypeCreateInput = builder.inputType('EventTypeCreateInput', {
  description: 'The event type to make.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'Segments of A-Z a-z 0-9 _ - with dots between them, 128 characters at most.',
    }),
    group: t.string({
      description:
        'What it is shown under: 1 to 100 characters. The name’s first segment if omitted.',
    }),
    description: t.string({ description: 'When it happens, at most 2,000 characters.' }),
    sample: t.field({
      type: 'JSON',
      description:
        'An example payload, at most 64 KiB. Made of the schema if omitted; {} where there is none.',
    }),
    schema: t.field({
      type: 'JSON',
      description:
        'JSON Schema of the payload (2020-12, or draft-07 by `$schema`): at most 64 KiB, 1,000 schemas, 32 in each other. `$ref` stays inside the document; `pattern` is RE2.',
    }),
    validation: t.field({
      type: PayloadValidation,
      description: 'NONE if omitted; the others need a schema.',
    }),
  }),
});

const EventTypeCreatePayload = payloadOf(
  'EventTypeCreatePayload',
  'The event type that was made.',
  'The new event type',
  'the event type was made',
);

builder.mutationField('eventTypeCreate', (t) =>
  t.field({
    type: EventTypeCreatePayload,
    description:
      'Makes an event type of the tenant’s own: it can be triggered and subscribed to at once.',
    args: {
      input: t.arg({
        type: EventTypeCreateInput,
        required: true,
        description: 'The event type to make.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.eventTypes.service.create(tenantId, input);
      return { eventType: value ?? null, userErrors: faults ?? [] };
    },
  }),
);

const EventTypeUpdateInput = builder.inputType('EventTypeUpdateInput', {
  description:
    'What is left out stays as it is. Null clears the description and the schema, and is refused elsewhere.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The event type’s name, which stays.' }),
    group: t.string({ description: 'What it is shown under: 1 to 100 characters.' }),
    description: t.string({
      description: 'When it happens, at most 2,000 characters; null: nothing is said.',
    }),
    sample: t.field({ type: 'JSON', description: 'An example payload, at most 64 KiB.' }),
    schema: t.field({
      type: 'JSON',
      description:
        'JSON Schema of the payload, as in EventTypeCreateInput. Null: none, and with it no validation.',
    }),
    validation: t.field({
      type: PayloadValidation,
      description: 'From the next event on. WARN and REJECT need a schema.',
    }),
    isDeprecated: t.boolean({
      description:
        'True: it is not offered to new subscriptions any more. False: it is offered again.',
    }),
  }),
});

const EventTypeUpdatePayload = payloadOf(
  'EventTypeUpdatePayload',
  'The event type as it now is.',
  'The changed event type',
  'the change was made',
);

builder.mutationField('eventTypeUpdate', (t) =>
  t.field({
    type: EventTypeUpdatePayload,
    description:
      'Changes an event type: all that is given, or, where any of it is at fault, nothing.',
    args: {
      input: t.arg({ type: EventTypeUpdateInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.eventTypes.service.update(tenantId, input);
      return { eventType: value ?? null, userErrors: faults ?? [] };
    },
  }),
);

const EventTypeDeleteInput = builder.inputType('EventTypeDeleteInput', {
  description: 'The event type to delete.',
  fields: (t) => ({ name: t.string({ required: true, description: 'The event type’s name.' }) }),
});

const EventTypeDeletePayload = builder
  .objectRef<{ deletedEventTypeName: string | null; userErrors: UserFault[] }>(
    'EventTypeDeletePayload',
  )
  .implement({
    description: 'What is left of the event type: its name.',
    fields: (t) => ({
      deletedEventTypeName: t.exposeString('deletedEventTypeName', {
        nullable: true,
        description: 'The name it had; null where userErrors has any.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the event type is deleted')),
    }),
  });

builder.mutationField('eventTypeDelete', (t) =>
  t.field({
    type: EventTypeDeletePayload,
    description:
      'Deletes an event type for good. While a webhook subscribes to it by name, or events of it are kept: NOT_ALLOWED_NOW; deprecate it instead.',
    args: {
      input: t.arg({
        type: EventTypeDeleteInput,
        required: true,
        description: 'The event type to delete.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { service } = context.services.eventTypes;
      const { value, faults } = await service.delete(tenantId, input.name);
      return { deletedEventTypeName: value?.name ?? null, userErrors: faults ?? [] };
    },
  }),
);

const EventTypesImportInput = builder.inputType('EventTypesImportInput', {
  description: 'The event types to make or change.',
  fields: (t) => ({
    document: t.field({
      type: 'JSON',
      required: true,
      description:
        'An OpenAPI document of version 3.1 or later, of which `webhooks` are read; or a JSON object of event types by name, each an object of group, description, sample, schema, validation and isDeprecated.',
    }),
    dryRun: t.boolean({ description: 'True: says what would be done, and does nothing.' }),
  }),
});

const EventTypesImportPayload = builder
  .objectRef<ImportedTypes & { userErrors: UserFault[] }>('EventTypesImportPayload')
  .implement({
    description: 'What became of the document’s event types, in its order.',
    fields: (t) => ({
      created: t.exposeStringList('created', { description: 'Names of those that are new.' }),
      updated: t.exposeStringList('updated', { description: 'Names of those that differed.' }),
      unchanged: t.exposeStringList('unchanged', {
        description: 'Names of those that were as the document says.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('all of it was done')),
    }),
  });

builder.mutationField('eventTypesImport', (t) =>
  t.field({
    type: EventTypesImportPayload,
    description:
      'Makes the event types of a document that are new, and updates those that differ: all of it, or, where any is at fault, nothing. What the document leaves out stays as it is.',
    args: {
      input: t.arg({
        type: EventTypesImportInput,
        required: true,
        description: 'The event types to make or change.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.eventTypes.service.import(tenantId, input);
      return { ...(value ?? NOTHING_DONE), userErrors: faults ?? [] };
    },
  }),
);

const NOTHING_DONE: ImportedTypes = { created: [], updated: [], unchanged: [] };
