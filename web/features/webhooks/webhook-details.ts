import { graphql, type ResultOf } from '../../graphql/graphql.ts';

/** A webhook's settings and state, all of them; plain, for the form and the page both read it. */
export const WebhookDetailsFragment = graphql(`
  fragment WebhookDetails on Webhook @_unmask {
    id
    name
    url
    description
    isActive
    disabledAt
    disabledReason
    circuitOpenedAt
    isPaused
    pausedAt
    pausedUntil
    retryPolicy {
      delays
    }
    ordering
    rateLimit {
      attempts
      perSeconds
    }
    failingSince
    nextProbeAt
    oldestDueAt
    timeout
    secretHint
    formerSecretsEndAt
    createdAt
    updatedAt
    headers {
      name
      value
      isSecret
    }
    filter
    customer {
      id
      key
      name
    }
    subscriptions {
      id
      pattern
    }
  }
`);

/** A webhook with its settings and state. */
export type WebhookDetails = ResultOf<typeof WebhookDetailsFragment>;
