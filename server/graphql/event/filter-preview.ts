import { customerIdsOf, noSuchCustomer } from '../../customers/find.ts';
import { ALL_EVENT_TYPES, patternsOf } from '../../domain/event/event-type-pattern.ts';
import type { UserFault } from '../../domain/user-fault.ts';
import { eventTypeFaults } from '../../event-types/subscribed-types.ts';
import { type FilterTrial, tryFilter } from '../../events/filter-trial.ts';
import { keptFilter } from '../../filters/kept-filter.ts';
import { builder } from '../schema/builder.ts';
import { callerOf } from '../schema/context.ts';
import { faultsUnless } from '../errors/user-error.ts';
import { Event } from './event.ts';
import { CHECKED, triedEvents } from './tried-events.ts';

const LAST = triedEvents(100);

const FilterPreviewInput = builder.inputType('FilterPreviewInput', {
  description: 'A filter, tried on the newest events of these types.',
  fields: (t) => ({
    filter: t.field({
      type: 'JSON',
      required: true,
      description: 'A filter, as in WebhookCreateInput.',
    }),
    eventTypes: t.stringList({
      required: true,
      description: 'Names of event types, and patterns: order.*, *.',
    }),
    customer: t.string({
      description: 'The key of a customer: only its events. Those of all if omitted.',
    }),
    last: t.int(LAST.argument),
  }),
});

const FilterPreview = builder
  .objectRef<FilterTrial & { userErrors: UserFault[] }>('FilterPreview')
  .implement({
    description: 'How a filter fares with events of the past. Nothing is changed by it.',
    fields: (t) => ({
      checked: t.exposeInt('checked', CHECKED),
      matched: t.exposeInt('matched', { description: 'How many of them meet it.' }),
      matching: t.expose('matching', {
        type: [Event],
        description: 'The newest that meet it, at most 10.',
      }),
      others: t.expose('others', {
        type: [Event],
        description: 'The newest that do not, at most 10.',
      }),
      userErrors: t.expose('userErrors', faultsUnless('the filter was tried')),
    }),
  });

builder.queryField('filterPreview', (t) =>
  t.field({
    type: FilterPreview,
    description: 'Tries a filter on the newest events of some types, before a webhook is given it.',
    args: {
      input: t.arg({ type: FilterPreviewInput, required: true, description: 'What to try.' }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const { pool, eventTypes } = context.services;
      const last = LAST.read(input.last);
      const types = await eventTypes.catalogue.including(tenantId, input.eventTypes);
      const filter = keptFilter(input.filter, ['input', 'filter']);
      const userErrors = [
        ...(filter.faults ?? []),
        ...eventTypeFaults(types, input.eventTypes, ['input', 'eventTypes']),
      ];
      const customerIds =
        typeof input.customer === 'string'
          ? await customerIdsOf(pool, tenantId, [input.customer])
          : undefined;
      if (customerIds?.length === 0) userErrors.push(noSuchCustomer(['input', 'customer']));
      if (userErrors.length > 0 || !filter.value) {
        return { checked: 0, matched: 0, matching: [], others: [], userErrors };
      }
      const wanted = new Set(input.eventTypes);
      const names = wanted.has(ALL_EVENT_TYPES)
        ? undefined
        : [...types.keys()].filter((name) => patternsOf(name).some((each) => wanted.has(each)));
      const of = { tenantId, filter: { types: names, customerIds }, last };
      return { ...(await tryFilter(pool, of, filter.value.path)), userErrors };
    },
  }),
);
