import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';
import { pino } from 'pino';
import { expect } from 'vitest';

import { openDatabase } from '../../server/database/open.ts';
import { createAddressRule } from '../../server/domain/address/address-rule.ts';
import { createEventTypeCatalogue } from '../../server/event-types/catalogue.ts';
import type { Outcome } from '../../server/domain/user-fault.ts';
import type { PrismaClient } from '../../server/generated/prisma/client.ts';
import type { CreateWebhookInput } from '../../server/webhooks/changes/create.ts';
import { createReachability, type ResolveAll } from '../../server/webhooks/changes/reachability.ts';
import type { WebhookWithSecret } from '../../server/webhooks/secrets/rotate-secret.ts';
import { createWebhookService, type WebhookService } from '../../server/webhooks/service.ts';
import { insertTenant } from '../support/database/delivery-factory.ts';
import { createTestDatabase } from '../support/database/postgres.ts';
import type { SecretKeys } from '../../server/domain/sealed-secret.ts';

/** The service of webhooks over a database of its own, with two tenants in it. */
export interface ServiceOnDatabase {
  url: string;
  prisma: PrismaClient;
  pool: Pool;
  secretKeys: SecretKeys;
  service: WebhookService;
  tenant: string;
  otherTenant: string;
  /** Ids of webhooks whose deletion was passed on. */
  deleted: string[];
  create(input?: Partial<CreateWebhookInput>): Promise<WebhookWithSecret>;
  close(): Promise<void>;
}

/** Names that the tests' resolver knows; all others do not resolve. */
const NAMES: Record<string, string> = {
  'inside.test': '10.1.2.3',
  'outside.test': '93.184.216.34',
};

const lookup: ResolveAll = async (hostname) => {
  const address = NAMES[hostname];
  return address === undefined ? [] : [{ address }];
};

export async function openService({ httpsOnly = false } = {}): Promise<ServiceOnDatabase> {
  const database = await createTestDatabase();
  const logger = pino({ level: 'silent' });
  const { prisma, pool, close } = await openDatabase({ url: database.url, poolSize: 10, logger });
  const secretKeys: SecretKeys = [randomBytes(32)];
  const deleted: string[] = [];
  const catalogue = createEventTypeCatalogue(pool);
  const service = createWebhookService({
    prisma,
    pool,
    catalogue,
    userAgent: 'NEXUS-Webhooks/test',
    secretKeys,
    logger,
    reachability: createReachability({ rule: createAddressRule(['127.0.0.0/8']), lookup }),
    configuration: { delivery: { httpsOnly } },
    onDeleted: async (webhookId) => {
      deleted.push(webhookId);
    },
    onResumed: () => {},
  });
  const tenant = await insertTenant(pool, 'ours');
  const otherTenant = await insertTenant(pool, 'theirs');
  return {
    url: database.url,
    prisma,
    pool: database.pool,
    secretKeys,
    service,
    tenant,
    otherTenant,
    deleted,
    create: async (input) =>
      valueOf(
        await service.create(tenant, {
          name: 'Orders',
          url: 'http://127.0.0.1:4/orders',
          ...input,
        }),
      ),
    async close() {
      await close();
      await database.drop();
    },
  };
}

/** The value of an outcome without faults. */
export function valueOf<T>(outcome: Outcome<T>): T {
  expect(outcome.faults ?? []).toEqual([]);
  if (outcome.faults) throw new Error('unreachable');
  return outcome.value;
}

/** The faults of an outcome as lines of path and code, e.g. `input.url INVALID`. */
export function faultsOf(outcome: Outcome<unknown>): string[] {
  return (outcome.faults ?? []).map(({ field, code }) => `${field?.join('.') ?? ''} ${code}`);
}

/** For those who load what sending needs with the right key. */
export function noneIsSealed(webhookId: string): never {
  throw new Error(`the secrets of webhook ${webhookId} did not open`);
}
