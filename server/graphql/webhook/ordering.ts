import { builder } from '../schema/builder.ts';

export const WebhookOrdering = builder.enumType('WebhookOrdering', {
  description: 'In what order a webhook’s deliveries go out.',
  values: {
    NONE: { description: 'As fast as they can, in no order.' },
    KEY: {
      description:
        'Those with the same orderingKey one after the other, in the order in which their events were triggered: the next begins when the one before has ended, SUCCESS or FAILED. Different keys go side by side; without a key there is no order.',
    },
  },
});
