import { builder } from '../schema/builder.ts';
import { filterText } from '../limits/bounded-text.ts';

builder.queryField('webhookUrlFault', (t) =>
  t.string({
    authScopes: { write: true },
    nullable: true,
    description:
      'Why a webhook could not be saved with this URL: how it is written, or that deliveries may not go to its host (DELIVERY_ALLOWED_CIDRS). Null where it would be taken. Nothing is sent to it.',
    args: {
      url: t.arg.string({
        required: true,
        description: 'As a webhook’s URL would be given. At most 2,048 characters.',
      }),
    },
    resolve: (_root, { url }, { services }) => services.webhooks.urlFault(filterText(url, ['url'])),
  }),
);
