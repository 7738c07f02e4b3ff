import { listCustomers } from '../../customers/list.ts';
import { filterText } from '../limits/bounded-text.ts';
import { builder } from '../schema/builder.ts';
import { pageArgs, toConnection } from '../schema/connection.ts';
import { callerOf } from '../schema/context.ts';
import { Customer } from './customer.ts';

const CustomerFilter = builder.inputType('CustomerFilter', {
  description: 'Which customers to list.',
  fields: (t) => ({
    search: t.string({
      description: 'Part of the key or the name, whatever the case. At most 2,048 characters.',
    }),
  }),
});

builder.queryField('customers', (t) =>
  t.connection(
    {
      type: Customer,
      description: "The tenant's customers, newest first.",
      args: {
        filter: t.arg({ type: CustomerFilter, description: 'Which of them; all if omitted.' }),
      },
      resolve: async (_root, args, context) => {
        const page = pageArgs(args);
        if (args.filter?.search) filterText(args.filter.search, ['filter', 'search']);
        const { prisma } = context.services;
        const rows = await listCustomers(prisma, callerOf(context).tenantId, args.filter, page);
        return toConnection(rows, page);
      },
    },
    { name: 'CustomerConnection', description: 'A page of customers.' },
    { name: 'CustomerEdge', description: 'A customer and its place in the list.' },
  ),
);
