import type { ApiClient } from './api-client.ts';

/** What a platform's engineer does with an installation, in a word each. */

export interface CreatedWebhook {
  id: string;
  secret: string;
}

export interface DeliveryRecord {
  id: string;
  status: string;
  attemptCount: number;
  version: number;
  failureReason: string | null;
  nextAttemptAt: string | null;
  createdAt: string;
  completedAt: string | null;
  requestBody: string;
  attempts: {
    number: number;
    startedAt: string;
    durationMs: number;
    responseStatusCode: number | null;
    responseBody: string | null;
    responseBodyTruncated: boolean;
    requestHeaders: { name: string; value: string | null; isSecret: boolean }[];
    errorCode: string | null;
    errorMessage: string | null;
  }[];
}

export interface UserErrors {
  userErrors: { field: string[] | null; code: string; message: string }[];
}

export interface Platform {
  createWebhook(input: Record<string, unknown>): Promise<CreatedWebhook>;
  /** Triggers user.created where no other type is given. */
  trigger(input?: {
    type?: string;
    payload?: unknown;
    eventId?: string;
    customer?: string;
  }): Promise<TriggerAnswer>;
  /** Each delivery of an event, oldest first. */
  deliveriesOf(eventId: string): Promise<DeliveryRecord[]>;
  webhook(id: string): Promise<{ isActive: boolean; disabledReason: string | null }>;
  /** Runs a mutation with an input of the type that its name tells. */
  mutate<Payload>(name: string, input: unknown, selection: string): Promise<Payload & UserErrors>;
}

export interface TriggerAnswer extends UserErrors {
  event: { id: string; eventId: string } | null;
  webhooksNotified: number;
  isDuplicate: boolean;
}

const DELIVERIES = `query ($eventId: String!) {
  deliveries(first: 100, filter: { eventId: $eventId }) { nodes {
    id status attemptCount version failureReason nextAttemptAt createdAt completedAt requestBody
    attempts { number startedAt durationMs responseStatusCode responseBody responseBodyTruncated
      requestHeaders { name value isSecret } errorCode errorMessage }
  } }
}`;

export function platformOn({ ask }: Pick<ApiClient, 'ask'>): Platform {
  async function mutate<Payload>(name: string, input: unknown, selection: string) {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const answer = await ask<Record<string, Payload & UserErrors>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { field code message } } }`,
      { input },
    );
    const payload = answer[name];
    if (payload === undefined) throw new Error(`${name} was not answered`);
    return payload;
  }

  return {
    mutate,
    async createWebhook(input) {
      const created = await mutate<{ webhook: { id: string } | null; secret: string | null }>(
        'webhookCreate',
        { name: 'test', eventTypes: ['user.created'], ...input },
        'webhook { id } secret',
      );
      if (created.webhook === null || created.secret === null) {
        throw new Error(`No webhook was made: ${JSON.stringify(created.userErrors)}`);
      }
      return { id: created.webhook.id, secret: created.secret };
    },
    trigger: (input = {}) =>
      mutate<TriggerAnswer>(
        'eventTrigger',
        { type: 'user.created', payload: { user_id: 1 }, ...input },
        'event { id eventId } webhooksNotified isDuplicate',
      ),
    async deliveriesOf(eventId) {
      const { deliveries } = await ask<{ deliveries: { nodes: DeliveryRecord[] } }>(DELIVERIES, {
        eventId,
      });
      return deliveries.nodes.toReversed();
    },
    async webhook(id) {
      const { webhook } = await ask<{
        webhook: { isActive: boolean; disabledReason: string | null } | null;
      }>('query ($id: ID!) { webhook(id: $id) { isActive disabledReason } }', { id });
      if (webhook === null) throw new Error('there is no such webhook');
      return webhook;
    },
  };
}
