import { isUuid } from '../../domain/identifiers.ts';
import { RawJson } from '../../domain/json/raw-json.ts';
import type { Recovery as RecoveryRow } from '../../generated/prisma/client.ts';
import type {
  RecoveryKind as Kind,
  RecoveryStatus as Status,
} from '../../generated/prisma/enums.ts';
import { ApiKey } from '../access/api-key.ts';
import { loadersOf } from '../reading/loaders.ts';
import { builder } from '../schema/builder.ts';
import { callerOf, type GraphQLContext } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';

const RecoveryKind = builder.enumType('RecoveryKind', {
  description: 'What a recovery brings back.',
  values: {
    RETRY: {
      description:
        'Deliveries that exist, each under its own id: a new run with the whole schedule, as deliveryRetry.',
    },
    MISSED: {
      description:
        'Events that a webhook would have got, had it been on and subscribed as it is now: a delivery is made for each that has none.',
    },
  } satisfies Record<Kind, { description: string }>,
});

const RecoveryStatus = builder.enumType('RecoveryStatus', {
  description: 'Where a recovery stands.',
  values: {
    ESTIMATING: { description: 'It writes down what it will look at; nothing is sent yet.' },
    RUNNING: { description: 'It puts back, and what was put back is on its way.' },
    DONE: { description: 'Everything was put back, and has ended.' },
    CANCELLED: { description: 'Stopped; what was put back before goes its way.' },
  } satisfies Record<Status, { description: string }>,
});

export const Recovery = builder.objectRef<RecoveryRow>('Recovery');

/** The tenant's recovery with this id, read together with all others of this tick. */
export function loadRecovery(context: GraphQLContext, id: string): Promise<RecoveryRow | null> {
  return loadersOf(context).recovery({ tenantId: callerOf(context).tenantId, id });
}

builder.node(Recovery, {
  description:
    'Sending many again, as one thing that can be watched and stopped. What it looks at is written down first, oldest first; then it is put back in batches that leave room for what is new.',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, context) =>
    Promise.all(ids.map(async (id) => (isUuid(id) ? loadRecovery(context, id) : null))),
  fields: (t) => ({
    kind: t.expose('kind', { type: RecoveryKind, description: 'What it brings back.' }),
    status: t.expose('status', { type: RecoveryStatus, description: 'Where it stands.' }),
    filter: t.field({
      type: 'JSON',
      description: 'What it was asked for: retry or missed of its input, as it was given.',
      resolve: ({ filter }) => new RawJson(JSON.stringify(filter)),
    }),
    estimated: t.exposeInt('estimated', {
      description: 'How many it looks at: those found so far while ESTIMATING, exact afterwards.',
    }),
    queued: t.exposeInt('queued', { description: 'How many were put back on their way so far.' }),
    succeeded: t.exposeInt('succeeded', {
      description: 'Of those put back: how many have ended in SUCCESS.',
    }),
    failed: t.exposeInt('failed', {
      description:
        'Of those put back: how many have ended in FAILED, or were deleted with their customer.',
    }),
    underWay: t.int({
      description: 'Of those put back: how many have not ended, or were not yet seen to.',
      resolve: ({ queued, succeeded, failed }) => queued - succeeded - failed,
    }),
    skipped: t.exposeInt('skipped', {
      description:
        'Left alone, for they had changed meanwhile, or their webhook is off or deleted.',
    }),
    perSecond: t.exposeInt('perSecond', {
      nullable: true,
      description:
        'Put back a second at most; null where it goes as fast as the others leave room.',
    }),
    createdBy: t.field({
      type: ApiKey,
      nullable: true,
      description:
        'The key that asked for it. Keys other than ADMIN see their own alone: null for all others.',
      resolve: ({ tenantId, createdById: id }, _args, context) => {
        const { role, apiKeyId } = callerOf(context);
        if (role !== 'ADMIN' && apiKeyId !== id) return null;
        return loadersOf(context).apiKey({ tenantId, id });
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first was put back, or could be; null before.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was DONE or CANCELLED; null before.',
    }),
  }),
});

builder.queryField('recovery', (t) =>
  t.field({
    type: Recovery,
    nullable: true,
    description: 'A recovery by its global id; null where the tenant has none such.',
    args: { id: t.arg.id({ required: true, description: "The recovery's global id." }) },
    resolve: (_root, args, context) => {
      const id = uuidOf('Recovery', args.id);
      return id === null ? null : loadRecovery(context, id);
    },
  }),
);
