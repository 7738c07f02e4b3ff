import { setTimeout as wait } from 'node:timers/promises';

import type { Recovery as RecoveryRow } from '../../generated/prisma/client.ts';
import { badUserInput } from '../errors/errors.ts';
import { builder } from '../schema/builder.ts';
import type { GraphQLContext } from '../schema/context.ts';
import { uuidOf } from '../schema/global-id.ts';
import { loadRecovery, Recovery } from './recovery.ts';

/** At most twice a second; its row is read so often for all who follow. */
const EVERY_MS = 500;

async function* follow(context: GraphQLContext, id: string, first: RecoveryRow) {
  let shown = '';
  for (let row: RecoveryRow | null = first; row !== null;) {
    const { status, estimated, queued, succeeded, failed, skipped } = row;
    const now = JSON.stringify([status, estimated, queued, succeeded, failed, skipped]);
    if (now !== shown) yield row;
    shown = now;
    if (status === 'DONE' || status === 'CANCELLED') return;
    await wait(EVERY_MS);
    row = await loadRecovery(context, id);
  }
}

builder.subscriptionField('recoveryUpdated', (t) =>
  t.field({
    type: Recovery,
    description:
      'The recovery at once, then at most twice a second while it changes; ends when it is DONE or CANCELLED.',
    args: { id: t.arg.id({ required: true, description: "The recovery's global id." }) },
    subscribe: async (_root, args, context) => {
      const id = uuidOf('Recovery', args.id);
      const first = id === null ? null : await loadRecovery(context, id);
      if (id === null || first === null) {
        throw badUserInput('There is no recovery with this id.', ['id']);
      }
      return follow(context, id, first);
    },
    resolve: (row) => row,
  }),
);
