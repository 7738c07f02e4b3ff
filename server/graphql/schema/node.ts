import { resolveNodes } from '@pothos/plugin-relay';
import { type GraphQLResolveInfo, isObjectType } from 'graphql';

import { isUuid } from '../../domain/identifiers.ts';
import { builder } from './builder.ts';
import { MAX_PAGE_SIZE } from './connection.ts';
import type { GraphQLContext } from './context.ts';
import { badUserInput } from '../errors/errors.ts';
import { decodeGlobalId } from '../../domain/global-id.ts';

/**
 * `node` and `nodes`. Each type's loader (`loadManyWithoutCache` or `findUnique` beside the type)
 * reads within the caller's tenant; here only the id is taken apart.
 */
function load(globalIds: readonly string[], context: GraphQLContext, info: GraphQLResolveInfo) {
  const ids = globalIds.map((globalId) => {
    const decoded = decodeGlobalId(globalId);
    const type = decoded === null ? undefined : info.schema.getType(decoded.typename);
    const isNode =
      isObjectType(type) && type.getInterfaces().some((implemented) => implemented.name === 'Node');
    return isNode && hasForm(decoded) ? decoded : null;
  });
  return resolveNodes(builder, context, info, ids);
}

/** Loaders are only asked for ids that a row could have: a uuid, and the number behind it in an attempt's. */
function hasForm(decoded: { typename: string; id: string } | null): boolean {
  if (decoded?.typename !== 'DeliveryAttempt') return decoded !== null && isUuid(decoded.id);
  const [deliveryId, number, ...rest] = decoded.id.split(':');
  return isUuid(deliveryId ?? '') && /^[1-9]\d{0,8}$/.test(number ?? '') && rest.length === 0;
}

builder.queryField('node', (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'Any object by its global id; null where there is none the caller may see.',
    args: { id: t.arg.id({ required: true, description: "The object's global id." }) },
    resolve: async (_root, args, context, info) => (await load([args.id], context, info))[0],
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description:
      'Objects by their global ids, in the order asked for; null for each there is none of.',
    args: {
      ids: t.arg.idList({ required: true, description: 'Global ids, at most 100.' }),
    },
    resolve: (_root, args, context, info) => {
      if (args.ids.length > MAX_PAGE_SIZE) {
        throw badUserInput(`ids takes at most ${MAX_PAGE_SIZE}.`, ['ids']);
      }
      return load(args.ids, context, info);
    },
  }),
);
