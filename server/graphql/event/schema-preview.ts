import { placedFault } from '../../domain/placed-fault.ts';
import type { UserFault } from '../../domain/user-fault.ts';
import type {
  PayloadSchema,
  SchemaViolation as Violation,
} from '../../event-types/schema/payload-schema.ts';
import { readSchema } from '../../event-types/schema/payload-schema.ts';
import { sampleOf } from '../../event-types/schema/sample-of.ts';
import { sampleText } from '../../event-types/field-rules.ts';
import { unknownEventType } from '../../event-types/subscribed-types.ts';
import type { EventRow } from '../../events/row.ts';
import { type SchemaTrial, trySchema } from '../../events/schema-trial.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { faultsUnless } from '../errors/user-error.ts';
import { Event, SchemaViolation } from './event.ts';
import { CHECKED, triedEvents } from './tried-events.ts';

const LAST = triedEvents(200);

const SchemaPreviewInput = builder.inputType('SchemaPreviewInput', {
  description: 'A schema, tried on the newest events of a type before it is put in force.',
  fields: (t) => ({
    eventType: t.string({ required: true, description: 'The name of an event type.' }),
    schema: t.field({
      type: 'JSON',
      required: true,
      description: 'JSON Schema, as in EventTypeCreateInput.',
    }),
    sample: t.field({
      type: 'JSON',
      description: 'A payload to hold against it too, e.g. the sample that stands beside it.',
    }),
    last: t.int(LAST.argument),
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

interface Previewed extends SchemaTrial {
  userErrors: UserFault[];
  /** Null where it is no schema. */
  read: PayloadSchema | null;
  /** As JSON text. */
  schema: string;
  /** As JSON text; null where none was given. */
  sample: string | null;
}

const SchemaPreview = builder.objectRef<Previewed>('SchemaPreview').implement({
  description: 'How a schema fares with events of the past. Nothing is changed by it.',
  fields: (t) => ({
    checked: t.exposeInt('checked', CHECKED),
    fitting: t.exposeInt('fitting', { description: 'How many of them fit.' }),
    misfits: t.expose('misfits', {
      type: [SchemaMisfit],
      description: 'The newest that do not fit, at most 10.',
    }),
    example: t.field({
      type: 'JSON',
      nullable: true,
      description: 'An example payload made of the schema; null where it is none.',
      resolve: ({ read, schema }) => (read === null ? null : sampleOf(JSON.parse(schema))),
    }),
    sampleViolations: t.field({
      type: [SchemaViolation],
      description: 'Where the sample that was given does not fit; none where none was given.',
      resolve: ({ read, sample }) =>
        read === null || sample === null ? [] : read.violationsOf(JSON.parse(sample)),
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
      const last = LAST.read(input.last);
      const types = await eventTypes.catalogue.including(tenantId, [input.eventType]);
      const read = readSchema(input.schema);
      const userErrors: UserFault[] = [];
      if (!types.has(input.eventType)) {
        const message = unknownEventType(types, input.eventType);
        const field = ['input', 'eventType'];
        userErrors.push({ field, code: 'UNKNOWN_EVENT_TYPE', message });
      }
      const sample =
        input.sample === undefined ? null : sampleText(input.sample, ['input', 'sample']);
      userErrors.push(...(sample?.faults ?? []));
      if ('fault' in read) userErrors.push(placedFault(read.fault, ['input', 'schema'], 'schema'));
      const tried =
        'fault' in read
          ? { read: null, schema: '', sample: null }
          : { read: read.schema, schema: read.text, sample: sample?.value ?? null };
      if (userErrors.length > 0 || tried.read === null) {
        return { checked: 0, fitting: 0, misfits: [], userErrors, ...tried };
      }
      const of = { tenantId, type: input.eventType, last };
      return { ...(await trySchema(pool, of, tried.read)), userErrors, ...tried };
    },
  }),
);
