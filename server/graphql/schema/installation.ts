import { retryDelays } from '../../domain/delivery/retry-schedule.ts';
import { builder } from './builder.ts';
import type { Services } from './context.ts';

const Installation = builder.objectRef<Services>('Installation').implement({
  description: 'What this server is and how it is set up.',
  fields: (t) => ({
    version: t.string({
      description: 'The version of NEXUS Webhooks that answers.',
      resolve: ({ version }) => version,
    }),
    mode: t.string({
      description:
        'embedded (runs its own PostgreSQL), served (PostgreSQL and Redis), or postgres (served without Redis).',
      resolve: ({ configuration }) => configuration.mode,
    }),
    maxAttempts: t.int({
      description: 'How many attempts a delivery gets before it is given up.',
      resolve: ({ configuration }) => configuration.delivery.retry.maxAttempts,
    }),
    retryDelays: t.floatList({
      description:
        'Seconds before the second, third … attempt, counted from the end of the failed one; jitter and Retry-After aside.',
      resolve: ({ configuration }) => retryDelays(configuration.delivery.retry),
    }),
    defaultTimeout: t.int({
      description: 'Seconds one attempt may take where its webhook sets none, rounded up.',
      resolve: ({ configuration }) => Math.ceil(configuration.delivery.defaultTimeoutSeconds),
    }),
    retentionDays: t.int({
      description: 'How long what has ended is kept, in days, rounded up.',
      resolve: ({ configuration }) => Math.ceil(configuration.delivery.retentionDays),
    }),
    maxPayloadBytes: t.int({
      description: "How large an event's payload may be, in bytes of its JSON.",
      resolve: ({ configuration }) => configuration.limits.payloadBytes,
    }),
  }),
});

builder.queryField('installation', (t) =>
  t.field({
    type: Installation,
    description: 'What this server is and how it is set up.',
    resolve: (_root, _args, { services }) => services,
  }),
);
