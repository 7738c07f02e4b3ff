import type { UserFault } from '../../domain/user-fault.ts';
import type { SchemaViolation as Violation } from '../../event-types/schema/payload-schema.ts';
import { readSchema } from '../../event-types/schema/payload-schema.ts';
import { schemaFault } from '../../event-types/field-rules.ts';
import { unknownEventType } from '../../event-types/subscribed-types.ts';
import type { EventRow } from '../../events/row.ts';
import { type SchemaTrial, trySchema } from '../../events/schema-trial.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { badUserInput } from '../schema/errors.ts';
import { faultsUnless } from '../schema/user-error.ts';
import { Event, SchemaViolation } from './event.ts';

const LAST = { default: 200, most: 500 };

const SchemaPreviewInput = builder.inputType('SchemaPreviewInput', {
  description: 'A schema, tried on the newest events of a type before it is put in force.',
  fields: (t) => ({
    eventType: t.string({ required: true, description: 'The name of an event type.' }),
    schema: t.field({
      type: 'JSON',
      required: true,
      description: 'JSON Schema, as in EventTypeCreateInput.',
    }),
    last: t.int({
      description: `How many events to try it on: 1 to ${LAST.most}, ${LAST.default} if omitted.`,
    }),
  }),
});

const SchemaMisfit = builder
  .objectRef<{ event: EventRow; violations: Violation[] }>('SchemaMisfit')
  .implement({
    description: 'An event that does not fit the schema.',
    fields: (t) => ({
      event: t.expose('event', { type: Event, description: 'The event as it is on record.' }),
      violations: t.expose('violations', {
        type: [SchemaViolation],
        description: 'Where its payload does not fit, at most 20.',
      }),
    }),
  });

const SchemaPreview = builder
  .objectRef<SchemaTrial & { userErrors: UserFault[] }>('SchemaPreview')
  .implement({
    description: 'How a schema fares with events of the past. Nothing is changed by it.',
    fields: (t) => ({
      checked: t.exposeInt('checked', {
        description:
          'Events that it was tried on: fewer than asked for where there are no more, or their payloads are large (16 MiB in all).',
      }),
      fitting: t.exposeInt('fitting', { description: 'How many of them fit.' }),
      misfits: t.expose('misfits', {
        type: [SchemaMisfit],
        description: 'The newest that do not fit, at most 10.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the schema was tried')),
    }),
  });

builder.queryField('schemaPreview', (t) =>
  t.field({
    type: SchemaPreview,
    description:
      'Tries a schema on the newest events of a type: how many of them would have been refused, and why.',
    args: {
      input: t.arg({ type: SchemaPreviewInput, required: true, description: 'What to try.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { pool, eventTypes } = context.services;
      const last = input.last ?? LAST.default;
      if (last < 1 || last > LAST.most) {
        throw badUserInput(`last must be from 1 to ${LAST.most}.`, ['input', 'last']);
      }
      const types = await eventTypes.catalogue.including(tenantId, [input.eventType]);
      const read = readSchema(input.schema);
      const userErrors: UserFault[] = [];
      if (!types.has(input.eventType)) {
        const message = unknownEventType(types, input.eventType);
        const field = ['input', 'eventType'];
        userErrors.push({ field, code: 'UNKNOWN_EVENT_TYPE', message });
      }
      if ('fault' in read) userErrors.push(schemaFault(read.fault, ['input', 'schema']));
      if (userErrors.length > 0 || 'fault' in read) {
        return { checked: 0, fitting: 0, misfits: [], userErrors };
      }
      const of = { tenantId, type: input.eventType, last };
      return { ...(await trySchema(pool, of, read.schema)), userErrors };
    },
  }),
);
