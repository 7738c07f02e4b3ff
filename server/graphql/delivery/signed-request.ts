import type { SignedRequest as Request } from '../../webhooks/signed-request.ts';
import { builder } from '../schema/builder.ts';
import { loadDelivery } from './delivery.ts';
import { loadBody, loadEvent } from '../event/event.ts';
import { uuidOf } from '../schema/global-id.ts';
import { Header } from '../webhook/header.ts';
import { kept } from '../reading/kept.ts';
import { listLength } from '../limits/list-length.ts';
import { loadersOf } from '../reading/loaders.ts';

const SignedRequest = builder.objectRef<Request>('SignedRequest').implement({
  description:
    'A POST that a receiver would take for a delivery for as long as it takes timestamps.',
  fields: (t) => ({
    url: t.expose('url', { type: 'URL', description: 'The webhook’s present URL.' }),
    headers: t.expose('headers', {
      type: [Header],
      extensions: listLength(10),
      description:
        'All of them but those of the connection. The timestamp is that of this answer; the signatures are made with the webhook’s present secrets.',
    }),
    body: t.exposeString('body', { description: 'What is signed; send it byte for byte.' }),
  }),
});

builder.queryField('deliverySignedRequest', (t) =>
  t.field({
    type: SignedRequest,
    nullable: true,
    authScopes: { write: true },
    description:
      'A delivery’s request, signed now, to try its receiver by hand; nothing is sent and nothing recorded. Secret headers come without their values. Null where the tenant has no such delivery, or its webhook was deleted. For those who may retry it: ADMIN and OPERATOR keys.',
    args: { id: t.arg.id({ required: true, description: "The delivery's global id." }) },
    resolve: async (_root, args, context) => {
      const id = uuidOf('Delivery', args.id);
      const delivery = id === null ? null : await loadDelivery(context, id);
      if (delivery === null) return null;
      const { tenantId, eventRef, webhookId, attemptsMade } = delivery;
      const [webhook, event, body] = await Promise.all([
        loadersOf(context).webhook({ tenantId, id: webhookId }),
        loadEvent(context, eventRef).then(kept),
        loadBody(context, { tenantId, id: eventRef }),
      ]);
      if (webhook === null || webhook.deletedAt !== null) return null;
      return context.services.webhooks.signRequest({
        deliveryId: delivery.id,
        webhookId,
        eventType: event.type,
        body,
        attempt: attemptsMade + 1,
      });
    },
  }),
);
