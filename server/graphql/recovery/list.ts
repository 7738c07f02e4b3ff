import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { Recovery } from './recovery.ts';

builder.queryField('recoveries', (t) =>
  t.connection(
    {
      type: Recovery,
      description: "The tenant's recoveries, newest first.",
      resolve: async (_root, args, context) => {
        const page = pageArgs(args);
        const rows = await context.services.recoveries.list(callerOf(context).tenantId, page);
        return toConnection(rows, page);
      },
    },
    { name: 'RecoveryConnection', description: 'A page of recoveries.' },
    { name: 'RecoveryEdge', description: 'A recovery and its place in the list.' },
  ),
);
