import { randomUUID } from 'node:crypto';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll } from 'vitest';
import { hashKey, hintOf } from '../../../server/access/key-material.ts';
import { newId } from '../../../server/domain/identifiers.ts';
import type { Answer, ApiClient } from './api-client.ts';
import { startInstallation, type Installation, type Variant } from './installation.ts';
import { platformOn, type DeliveryRecord, type Platform } from './platform.ts';
import {
  startReceiver,
  type Behaviour,
  type ReceivedRequest,
  type Receiver,
} from '../receiver/receiver.ts';
import { insertTenant as insertTenantRow } from '../database/delivery-factory.ts';
import { PATIENCE_MS, waitFor } from '../wait.ts';

/** A webhook and the receiver's path that it points to. */
export interface Endpoint {
  id: string;
  secret: string;
  path: string;
  requests(): readonly ReceivedRequest[];
}

/** A tenant that nobody else uses: what a test does cannot reach another's webhooks. */
export interface StageTenant extends Platform, ApiClient {
  tenantId: string;
  /** Its ADMIN key. */
  key: string;
  request<Data>(query: string, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  /** A new webhook (user.created by default) whose endpoint behaves like this. */
  endpoint(behaviour?: Behaviour, input?: Record<string, unknown>): Promise<Endpoint>;
  /** An event's deliveries once there are that many and all have ended. */
  ended(eventId: string, count?: number, timeoutMs?: number): Promise<DeliveryRecord[]>;
  /** Triggers an event; returns its eventId. Fails where it was refused. */
  send(input?: { type?: string; payload?: unknown; eventId?: string }): Promise<string>;
}

/** One installation and one receiver for a group of tests. */
export interface Stage {
  readonly installation: Installation;
  readonly receiver: Receiver;
  tenant(): Promise<StageTenant>;
}

/** Call it in a `describe`: sets the stage up before its tests and takes it down after them. */
export function useStage(variant: Variant, env: Record<string, string> = {}): Stage {
  let set: { installation: Installation; receiver: Receiver } | null = null;
  let paths = 0;

  const now = () => {
    if (set === null) throw new Error('the stage is set up only while tests run');
    return set;
  };
  beforeAll(async () => {
    const receiver = await startReceiver();
    set = { receiver, installation: await startInstallation(variant, env) };
  });
  afterAll(async () => {
    await set?.installation.stop();
    await set?.receiver.close();
  });

  return {
    get installation() {
      return now().installation;
    },
    get receiver() {
      return now().receiver;
    },
    async tenant() {
      const { installation, receiver } = now();
      const { tenantId, key } = await insertTenant(installation);
      const request = <Data>(query: string, variables?: Record<string, unknown>) =>
        installation.request<Data>(query, variables, { key });
      const ask = async <Data>(query: string, variables?: Record<string, unknown>) => {
        const { data, errors } = await request<Data>(query, variables);
        if (errors !== undefined) throw new Error(`GraphQL errors: ${JSON.stringify(errors)}`);
        return data;
      };
      const platform = platformOn({ ask });
      return {
        ...platform,
        tenantId,
        key,
        ask,
        request,
        socket: (): Client => installation.socket({ key }),
        async endpoint(behaviour, input = {}) {
          const path = `/endpoint-${(paths += 1)}`;
          if (behaviour !== undefined) receiver.on(path, behaviour);
          const webhook = await platform.createWebhook({ url: receiver.url(path), ...input });
          return { ...webhook, path, requests: () => receiver.requests(path) };
        },
        ended: (eventId, count = 1, timeoutMs = PATIENCE_MS) =>
          waitFor(
            async () => {
              const deliveries = await platform.deliveriesOf(eventId);
              return deliveries.length === count && deliveries.every(hasEnded) && deliveries;
            },
            { timeoutMs, everyMs: 25 },
          ),
        async send(input) {
          const { event, userErrors } = await platform.trigger(input);
          if (event === null) throw new Error(`refused: ${JSON.stringify(userErrors)}`);
          return event.eventId;
        },
      };
    },
  };
}

const hasEnded = ({ status }: DeliveryRecord) => status === 'SUCCESS' || status === 'FAILED';

/** Roles other than a new tenant's first key's. */
export async function insertKey(
  { database: { pool } }: Installation,
  tenantId: string,
  role: 'ADMIN' | 'OPERATOR' | 'PUBLISHER' | 'VIEWER',
): Promise<string> {
  const key = `stage-key-${randomUUID()}`;
  await pool.query(
    `INSERT INTO "ApiKey" (id, "tenantId", name, role, hash, hint) VALUES ($1, $2, 'test', $3, $4, $5)`,
    [newId(), tenantId, role, hashKey(key), hintOf(key)],
  );
  return key;
}

async function insertTenant(installation: Installation) {
  const tenantId = await insertTenantRow(installation.database.pool, 'a tenant of the stage');
  return { tenantId, key: await insertKey(installation, tenantId, 'ADMIN') };
}
