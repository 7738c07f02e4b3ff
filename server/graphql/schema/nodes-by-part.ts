import { resolveNodes } from '@pothos/plugin-relay';

import { findDeliveryIdsWithin } from '../../deliveries/find-by-part.ts';
import { decodeIdBeginning } from '../../domain/global-id.ts';
import { isStorable } from '../../domain/stored-text.ts';
import {
  findEventIdsWithin,
  findEventIdsWithPart,
  NEWEST_LOOKED_AT,
} from '../../events/find-by-part.ts';
import { findWebhookIdsWithin } from '../../webhooks/find.ts';
import { filterText } from '../limits/bounded-text.ts';
import { boundedInt } from '../limits/bounded-int.ts';
import { builder } from './builder.ts';
import { PAGE_SIZES } from './connection.ts';
import { callerOf, type GraphQLContext } from './context.ts';
import { badUserInput } from '../errors/errors.ts';

/** Fewer characters would be in half of all ids. */
const SHORTEST_PART = 4;

async function idsWith(part: string, first: number, context: GraphQLContext) {
  const { tenantId } = callerOf(context);
  const { pool, prisma } = context.services;
  const beginning = decodeIdBeginning(part);
  switch (beginning?.typename) {
    case 'Delivery':
      return ofType('Delivery', await findDeliveryIdsWithin(pool, tenantId, beginning, first));
    case 'Event':
      return ofType('Event', await findEventIdsWithin(pool, tenantId, beginning, first));
    case 'Webhook':
      return ofType('Webhook', await findWebhookIdsWithin(prisma, tenantId, beginning, first));
    default:
      return isStorable(part)
        ? ofType('Event', await findEventIdsWithPart(pool, tenantId, part, first))
        : [];
  }
}

const ofType = (typename: string, ids: readonly string[]) => ids.map((id) => ({ typename, id }));

builder.queryField('nodesByPart', (t) =>
  t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    authScopes: { read: true },
    description: `What a part of an id may mean, newest first: deliveries, events and webhooks whose id begins with it (dlv_06gq8a), and, of the newest ${NEWEST_LOOKED_AT.toLocaleString('en')} events, those whose eventId has it anywhere, letter for letter.`,
    args: {
      part: t.arg.string({
        required: true,
        description: 'At least 4 characters; of an id, its prefix and 6 more.',
      }),
      first: t.arg.int({ defaultValue: 5, description: 'How many at most: 0 to 100.' }),
    },
    resolve: async (_root, args, context, info) => {
      const first = boundedInt(args.first ?? 5, PAGE_SIZES, ['first']);
      const part = filterText(args.part, ['part']);
      if (part.length < SHORTEST_PART) {
        throw badUserInput(`part must have at least ${SHORTEST_PART} characters.`, ['part']);
      }
      return resolveNodes(builder, context, info, await idsWith(part, first, context));
    },
  }),
);
