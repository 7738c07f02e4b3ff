import { type EventPreview as Preview, previewPage } from '../../events/preview.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { badUserInput } from '../errors/errors.ts';
import { SchemaViolation, violationsIn } from './event.ts';
import { type Decision, FanOutConnection } from './fan-out.ts';

const EventPreviewInput = builder.inputType('EventPreviewInput', {
  description: 'An event that is not sent.',
  fields: (t) => ({
    type: t.string({ required: true, description: 'The name of an event type.' }),
    payload: t.field({
      type: 'JSON',
      required: true,
      description: 'What would have happened: any JSON value, 256 KiB at most as it would be sent.',
    }),
    customer: t.string({ description: 'The key of the customer that it would be for.' }),
  }),
});

const EventPreview = builder.objectRef<Preview>('EventPreview').implement({
  description: 'What an event would do. Nothing is kept and nothing sent.',
  fields: (t) => ({
    webhooksNotified: t.int({
      description:
        'How many webhooks it would go to; 0 where it would be refused for its violations.',
      resolve: ({ isRefused, subscribed }) =>
        isRefused ? 0 : subscribed.filter(({ outcome }) => outcome === 'DELIVERED').length,
    }),
    violations: t.field({
      type: [SchemaViolation],
      description:
        'Where the payload does not fit its event type’s schema, at most 20. Where that is REJECT, the event would be refused.',
      resolve: ({ violations }) => (violations === null ? [] : violationsIn(violations)),
    }),
    fanOut: t.field({
      type: FanOutConnection,
      description:
        'What would become of it for each webhook: those that subscribe and may see it first, then all others, each newest first.',
      args: t.arg.connectionArgs(),
      resolve: async (preview, args, context) => {
        const page = pageArgs(args);
        const rows = await previewPage(context.services.pool, preview, page);
        const decisions = rows.map((row): Decision => ({
          ...row,
          deliveryId: null,
          isTest: false,
          body: async () => preview.body,
        }));
        return toConnection(decisions, page);
      },
    }),
  }),
});

builder.queryField('eventPreview', (t) =>
  t.field({
    type: EventPreview,
    description:
      'What an event would do: whom it would go to, and why not to others. What eventTrigger would say in userErrors is BAD_USER_INPUT here.',
    args: {
      input: t.arg({ type: EventPreviewInput, required: true, description: 'The event.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { value, faults } = await context.services.previewEvent(tenantId, input, ['input']);
      if (value !== undefined) return value;
      const [fault] = faults;
      throw badUserInput(fault?.message ?? 'This is no event.', fault?.field ?? ['input']);
    },
  }),
);
