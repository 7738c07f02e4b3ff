import { setTimeout as pause } from 'node:timers/promises';

import { type BenchChild, startChild } from '../children/child.ts';
import type { ReceiverReport, Secrets } from '../children/receiver.ts';
import type { Stand } from './stand.ts';

/** A receiver with so many webhooks of one tenant, each with a path and a secret of its own. */
export interface Endpoints {
  /** Settles when so many deliveries have come in all, and all are on record; returns what came. */
  received(count: number): Promise<ReceiverReport>;
  end(): void;
}

const CREATE = `mutation ($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { secret userErrors { message } }
}`;
const PATIENCE_MS = 60_000;

export async function makeWebhooks(stand: Stand, count: number, keys = [stand.key]) {
  const receiver = await startChild<ReceiverReport>('receiver.ts');
  const secrets: Secrets['secrets'] = {};
  for (const [tenant, key] of keys.entries()) {
    for (let n = 0; n < count; n += 1) {
      const path = `/${tenant}-${n}`;
      const url = `http://127.0.0.1:${String(receiver.ready)}${path}`;
      const input = { name: 'bench', url, eventTypes: ['user.created'] };
      const { webhookCreate }: { webhookCreate?: { secret?: string } } = Object(
        await stand.ask(CREATE, { input }, key),
      );
      secrets[path] = webhookCreate?.secret ?? '';
    }
  }
  receiver.tell({ secrets });
  return endpointsOf(stand, receiver);
}

function endpointsOf(stand: Stand, receiver: BenchChild<ReceiverReport>): Endpoints {
  async function isDone(report: ReceiverReport, count: number): Promise<boolean> {
    if (report.count < count) return false;
    const { rows } = await stand.database.query<{ open: boolean }>(
      // By an index, however many have ended; what is due in a year is another matter.
      `SELECT EXISTS (
         SELECT FROM "Tenant" t CROSS JOIN unnest(ARRAY['PENDING', 'SENDING', 'RETRYING']::"DeliveryStatus"[]) AS s (status)
         CROSS JOIN LATERAL (
           SELECT FROM "Delivery" d WHERE d."tenantId" = t.id AND d.status = s.status
             AND ("nextAttemptAt" IS NULL OR "nextAttemptAt" < now() + interval '1 day') LIMIT 1
         ) d) AS open`,
    );
    return rows[0]?.open === false;
  }
  return {
    async received(count) {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const report = await receiver.report();
        const { count: came, doubled, unsigned } = report;
        if (doubled + unsigned > 0 || came > count) {
          throw new Error(`${came} of ${count} came, ${doubled} twice, ${unsigned} badly signed`);
        }
        if (await isDone(report, count)) return report;
        if (performance.now() > until) throw new Error(`only ${came} of ${count} deliveries came`);
        await pause(100);
      }
    },
    end: () => receiver.end(),
  };
}
