import type { UserFault } from '../../domain/user-fault.ts';
import type { Prisma, Recovery as RecoveryRow } from '../../generated/prisma/client.ts';
import {
  COUNTED_EXACTLY,
  type RecoveryInput,
  type RecoveryPreview as PreviewOf,
} from '../../recoveries/service.ts';
import { DeliveryFilter, readDeliveryFilter } from '../delivery/filter.ts';
import { faultsUnless, notFound } from '../errors/user-error.ts';
import { Event, loadEvent } from '../event/event.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { TimeRange } from '../schema/time-range.ts';
import { Recovery } from './recovery.ts';

const RecoveryMissedInput = builder.inputType('RecoveryMissedInput', {
  description: 'What one webhook has missed.',
  fields: (t) => ({
    webhookId: t.id({ required: true, description: "The webhook's global id; it must be on." }),
    createdAt: t.field({
      type: TimeRange,
      required: true,
      description: 'When the events were triggered; until now where it has no end.',
    }),
  }),
});

const RecoveryCreateInput = builder.inputType('RecoveryCreateInput', {
  description: 'What to bring back: either retry or missed.',
  fields: (t) => ({
    retry: t.field({
      type: DeliveryFilter,
      description:
        'Which deliveries to send again, of those made until now; those in FAILED where no status is named.',
    }),
    missed: t.field({
      type: RecoveryMissedInput,
      description:
        "One webhook's missed events: those that it would get as it is subscribed and filtered now, and has no delivery of.",
    }),
    perSecond: t.int({
      description:
        'How many are put back a second at most: 1 to 10,000. As fast as the others leave room if omitted.',
    }),
  }),
});

interface Payload {
  recovery?: RecoveryRow | null;
  userErrors: UserFault[];
}

async function readInput(
  context: GraphQLContext,
  { retry, missed, perSecond }: typeof RecoveryCreateInput.$inferInput,
): Promise<RecoveryInput> {
  return {
    ...(retry && { retry: await readDeliveryFilter(context, retry, ['input', 'retry']) }),
    ...(missed && {
      missed: {
        webhookId: uuidOf('Webhook', missed.webhookId),
        createdAt: {
          ...(missed.createdAt.from && { from: missed.createdAt.from }),
          ...(missed.createdAt.to && { to: missed.createdAt.to }),
        },
      },
    }),
    ...(typeof perSecond === 'number' && { perSecond }),
  };
}

const RecoveryCreatePayload = builder.objectRef<Payload>('RecoveryCreatePayload').implement({
  description: 'The recovery that was made.',
  fields: (t) => ({
    recovery: t.field({
      type: Recovery,
      nullable: true,
      description: 'The new recovery; null where userErrors has any.',
      resolve: ({ recovery }) => recovery,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the recovery was made')),
  }),
});

builder.mutationField('recoveryCreate', (t) =>
  t.field({
    type: RecoveryCreatePayload,
    description:
      'Brings many back, in the background: what is sent anew as by deliveryRetry (but a pause holds it), or what a webhook has missed. Two at once put each delivery back once at a time.',
    args: {
      input: t.arg({
        type: RecoveryCreateInput,
        required: true,
        description: 'What to bring back.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { perSecond: _pace, ...asked } = input;
      // As JSON has it: times as text.
      const shown: Prisma.InputJsonObject = JSON.parse(JSON.stringify(asked));
      const { value, faults } = await context.services.recoveries.create(
        callerOf(context),
        await readInput(context, input),
        shown,
      );
      return faults ? { userErrors: faults } : { recovery: value, userErrors: [] };
    },
  }),
);

const RecoveryCancelInput = builder.inputType('RecoveryCancelInput', {
  description: 'The recovery to stop.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The recovery's global id." }),
  }),
});

const RecoveryCancelPayload = builder.objectRef<Payload>('RecoveryCancelPayload').implement({
  description: 'The recovery that was stopped.',
  fields: (t) => ({
    recovery: t.field({
      type: Recovery,
      nullable: true,
      description: 'The recovery as it now stands; null where userErrors has any.',
      resolve: ({ recovery }) => recovery,
    }),
    userErrors: t.expose('userErrors', faultsUnless('the recovery puts back nothing more')),
  }),
});

builder.mutationField('recoveryCancel', (t) =>
  t.field({
    type: RecoveryCancelPayload,
    description:
      'Stops a recovery: nothing more is put back; what was, goes its way. Of one that has ended nothing changes.',
    args: {
      input: t.arg({
        type: RecoveryCancelInput,
        required: true,
        description: 'The recovery to stop.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const id = uuidOf('Recovery', input.id);
      const { tenantId } = callerOf(context);
      const recovery = id === null ? null : await context.services.recoveries.cancel(tenantId, id);
      return recovery === null
        ? { userErrors: [notFound('recovery', ['input', 'id'])] }
        : { recovery, userErrors: [] };
    },
  }),
);

/** So many show what kind of events they are. */
const NEWEST = 5;

interface Preview extends Partial<PreviewOf> {
  userErrors: UserFault[];
}

const RecoveryPreview = builder.objectRef<Preview>('RecoveryPreview').implement({
  description: 'How many a recovery would look at.',
  fields: (t) => ({
    count: t.int({
      resolve: ({ count = 0 }) => count,
      description: `How many: exact up to ${COUNTED_EXACTLY}, estimated beyond; 0 where userErrors has any.`,
    }),
    isExact: t.boolean({
      resolve: ({ isExact = true }) => isExact,
      description: 'Whether they were counted; false where that many are reckoned with.',
    }),
    newestEvents: t.field({
      type: [Event],
      description: `The newest of the events that it would be about, at most ${NEWEST}; none where userErrors has any.`,
      resolve: async ({ newestEvents }, _args, context) => {
        const ids = (await newestEvents?.(NEWEST)) ?? [];
        const events = await Promise.all(ids.map(async (id) => loadEvent(context, id)));
        return events.filter((event) => event !== null);
      },
    }),
    userErrors: t.expose('userErrors', faultsUnless('such a recovery can be made')),
  }),
});

builder.queryField('recoveryPreview', (t) =>
  t.field({
    type: RecoveryPreview,
    description: 'What recoveryCreate would look at, now. Nothing is changed.',
    args: {
      input: t.arg({
        type: RecoveryCreateInput,
        required: true,
        description: 'What would be brought back.',
      }),
    },
    resolve: async (_root, { input }, context) => {
      const { tenantId } = callerOf(context);
      const asked = await readInput(context, input);
      const { value, faults } = await context.services.recoveries.preview(tenantId, asked);
      return faults ? { userErrors: faults } : { ...value, userErrors: [] };
    },
  }),
);
