import { graphql } from '../../graphql/graphql.ts';
import { WebhookDetailsFragment } from './webhook-details.ts';

/** Makes a webhook; its secret comes this once. */
export const CreateWebhookMutation = graphql(
  `
    mutation CreateWebhook($input: WebhookCreateInput!) {
      webhookCreate(input: $input) {
        webhook {
          ...WebhookDetails
        }
        secret
        userErrors {
          field
          message
        }
      }
    }
  `,
  [WebhookDetailsFragment],
);

/** Changes a webhook's settings, or switches it on or off. */
export const UpdateWebhookMutation = graphql(
  `
    mutation UpdateWebhook($input: WebhookUpdateInput!) {
      webhookUpdate(input: $input) {
        webhook {
          ...WebhookDetails
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
  [WebhookDetailsFragment],
);

/** Holds a webhook's deliveries. */
export const PauseWebhookMutation = graphql(
  `
    mutation PauseWebhook($input: WebhookPauseInput!) {
      webhookPause(input: $input) {
        webhook {
          ...WebhookDetails
        }
        userErrors {
          message
        }
      }
    }
  `,
  [WebhookDetailsFragment],
);

/** Lets a webhook's deliveries go again. */
export const ResumeWebhookMutation = graphql(
  `
    mutation ResumeWebhook($input: WebhookResumeInput!) {
      webhookResume(input: $input) {
        webhook {
          ...WebhookDetails
        }
        userErrors {
          message
        }
      }
    }
  `,
  [WebhookDetailsFragment],
);

/** Deletes a webhook for good. */
export const DeleteWebhookMutation = graphql(`
  mutation DeleteWebhook($input: WebhookDeleteInput!) {
    webhookDelete(input: $input) {
      deletedWebhookId
      userErrors {
        message
      }
    }
  }
`);

/** Gives a webhook a new secret, which comes this once. */
export const RotateSecretMutation = graphql(`
  mutation RotateSecret($input: WebhookSecretRotateInput!) {
    webhookSecretRotate(input: $input) {
      webhook {
        id
        secretHint
        updatedAt
      }
      secret
      userErrors {
        message
      }
    }
  }
`);

/** Sends a test event to one webhook. */
export const TestWebhookMutation = graphql(`
  mutation TestWebhook($input: WebhookTestInput!) {
    webhookTest(input: $input) {
      delivery {
        id
        event {
          id
          eventId
          violations {
            path
            message
          }
          fanOut(first: 1) {
            nodes {
              reason
            }
          }
        }
        webhook {
          id
        }
      }
      userErrors {
        field
        message
      }
    }
  }
`);
