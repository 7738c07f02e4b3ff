import type { Pool } from 'pg';
import type { Logger } from 'pino';

import type { EventTypeCatalogue } from '../event-types/catalogue.ts';
import { encodeGlobalId } from '../domain/global-id.ts';
import type { Outcome } from '../domain/user-fault.ts';
import type { PrismaClient, Webhook } from '../generated/prisma/client.ts';
import { type CreateWebhookInput, createWebhook } from './changes/create.ts';
import { deleteWebhook } from './changes/delete.ts';
import { type PauseInput, pauseWebhook, resumeWebhook } from './changes/pause.ts';
import type { Reachability } from './changes/reachability.ts';
import {
  type RotateSecretInput,
  rotateSecret,
  type WebhookWithSecret,
} from './secrets/rotate-secret.ts';
import { type SubscribeInput, subscribe, unsubscribe } from './changes/subscribe.ts';
import { type UpdateWebhookInput, updateWebhook } from './changes/update.ts';
import { signRequest, type DeliveryToSign, type SignedRequest } from './signed-request.ts';
import { checkUrl } from './changes/url-rules.ts';
import type { SecretKeys } from '../domain/sealed-secret.ts';

/**
 * What can be done to a tenant's webhooks. Each returns every fault of its input at once, and then
 * has changed nothing; a webhook of another tenant, or a deleted one, is NOT_FOUND.
 */
export interface WebhookService {
  create(tenantId: string, input: CreateWebhookInput): Promise<Outcome<WebhookWithSecret>>;
  update(tenantId: string, input: UpdateWebhookInput): Promise<Outcome<Webhook>>;
  pause(tenantId: string, input: PauseInput): Promise<Outcome<Webhook>>;
  /** Looks at once at what waits. */
  resume(tenantId: string, webhookId: string): Promise<Outcome<Webhook>>;
  delete(tenantId: string, webhookId: string): Promise<Outcome<{ webhookId: string }>>;
  rotateSecret(tenantId: string, input: RotateSecretInput): Promise<Outcome<WebhookWithSecret>>;
  subscribe(tenantId: string, input: SubscribeInput): Promise<Outcome<Webhook>>;
  unsubscribe(tenantId: string, input: SubscribeInput): Promise<Outcome<Webhook>>;
  /** Why a webhook could not be saved with this URL; null where it could. */
  urlFault(url: string): Promise<string | null>;
  /** A delivery's request, signed now; null where its webhook is gone. Whose it is, and whether the webhook was deleted, the caller has seen to. */
  signRequest(delivery: DeliveryToSign): Promise<SignedRequest | null>;
}

export interface WebhookServiceOptions {
  prisma: PrismaClient;
  catalogue: EventTypeCatalogue;
  pool: Pool;
  /** What requests call their sender: product and version. */
  userAgent: string;
  /** 32 bytes, under which secrets are sealed. */
  secretKeys: SecretKeys;
  reachability: Reachability;
  configuration: { delivery: { httpsOnly: boolean } };
  logger: Logger;
  /** Called after a deletion has committed: ends what still waits to be sent. */
  onDeleted(webhookId: string): Promise<void>;
  /** Called after a pause has ended by hand: what is due may go. Never throws. */
  onResumed(webhookId: string, at: Date): void;
}

export function createWebhookService(options: WebhookServiceOptions): WebhookService {
  const { prisma, pool, catalogue, userAgent, secretKeys, logger, onDeleted } = options;
  const { reachability, configuration } = options;
  const urlRules = { httpsOnly: configuration.delivery.httpsOnly, reachability };
  const parts = { prisma, pool, secretKeys, urlRules, catalogue };

  return {
    create: (tenantId, input) => createWebhook(parts, tenantId, input),
    update: (tenantId, input) => updateWebhook(parts, tenantId, input),
    rotateSecret: (tenantId, input) => rotateSecret({ prisma, secretKeys }, tenantId, input),
    subscribe: (tenantId, input) => subscribe(parts, tenantId, input),
    unsubscribe: (tenantId, input) => unsubscribe(parts, tenantId, input),

    pause: (tenantId, input) => pauseWebhook(prisma, tenantId, input),

    async resume(tenantId, webhookId) {
      const { value, faults } = await resumeWebhook(prisma, tenantId, webhookId);
      if (faults) return { faults };
      options.onResumed(webhookId, value.resumedAt);
      return { value: value.webhook };
    },

    signRequest: (delivery) => signRequest({ pool, secretKeys, userAgent }, delivery),

    async urlFault(url) {
      const { faults } = await checkUrl(urlRules, url, ['url']);
      return faults?.[0]?.message ?? null;
    },

    async delete(tenantId, webhookId) {
      const outcome = await deleteWebhook({ prisma }, tenantId, webhookId);
      if (outcome.faults === undefined) {
        // It is deleted, whatever becomes of this: workers end what they find of it when it is due.
        await onDeleted(webhookId).catch((error: unknown) => {
          logger.error(
            { err: error, webhook: encodeGlobalId('Webhook', webhookId) },
            'webhook.deliveries_still_wait',
          );
        });
      }
      return outcome;
    },
  };
}
