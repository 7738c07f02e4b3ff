import type { Pool } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { VARIANTS } from '../support/installation/installation.ts';
import { insertWebhooks } from '../support/database/many-webhooks.ts';
import { useStage } from '../support/installation/stage.ts';
import { waitFor } from '../support/wait.ts';

/**
 * 30 to 70 on a quiet machine. On one that is so busy that batches go out half empty it was 122;
 * without batches it would be thousands.
 */
const MOST_STATEMENTS = 300;
const DELIVERIES = 1_000;

/**
 * What is no delivery's cost: it comes by the clock, however many deliveries there are. In the
 * variant without Redis the queue's and the feed's own traffic, which Redis has elsewhere.
 */
const BY_THE_CLOCK = [
  /INTO "Worker"/, // the heartbeat
  /transaction_read_only/, // the look whether the database is there
  /RECURSIVE/, // the sweep, and the look for silent workers
  /"DeliveryRollupDelta" d|INSERT INTO "DeliveryRollup" AS/, // the fold of the sums
  /pg_stat_statements|AS test_probe/, // this test
  /move_to_\w+\(|next_\w+\(|add_jobs\w*\(|\bjob\b|pg_notify|LISTEN/i, // queue and feed without Redis
];

interface Counted {
  query: string;
  calls: number;
}

async function countStatements(pool: Pool): Promise<Counted[]> {
  const { rows } = await pool.query<Counted>(
    `SELECT query, sum(calls)::int AS calls FROM pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     GROUP BY query ORDER BY calls DESC`,
  );
  return rows.filter(({ query }) => !BY_THE_CLOCK.some((pattern) => pattern.test(query)));
}

/** Makes deliveries and returns the statements they took, from the trigger to the last SUCCESS. */
async function costOf(pool: Pool, trigger: () => Promise<unknown>): Promise<Counted[]> {
  await pool.query(
    `SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = current_database()`,
  );
  await trigger();
  await waitFor(
    async () => {
      const { rows } = await pool.query<{ test_probe: number }>(
        `SELECT count(*)::int AS test_probe FROM "Delivery" WHERE status = 'SUCCESS'`,
      );
      return (rows[0]?.test_probe ?? 0) >= DELIVERIES;
    },
    { timeoutMs: 25_000, everyMs: 20 },
  );
  return countStatements(pool);
}

function expectFew(counted: readonly Counted[]): void {
  const total = counted.reduce((sum, { calls }) => sum + calls, 0);
  const told = counted
    .map(({ query, calls }) => `${calls} × ${query.replaceAll(/\s+/g, ' ').slice(0, 90)}`)
    .join('\n');
  expect(total, told).toBeLessThanOrEqual(MOST_STATEMENTS);
  // Fewer than the trigger, a claim and a recording: nothing was counted.
  expect(total).toBeGreaterThan(3);
}

describe.each(VARIANTS)('what 1,000 deliveries cost, with $name', (variant) => {
  describe('of as many events to one webhook', () => {
    const stage = useStage(variant);
    beforeAll(() => countable(stage.installation.database.pool));

    it('is few statements', async () => {
      const tenant = await stage.tenant();
      await tenant.endpoint();
      const events = Array.from({ length: DELIVERIES }, (_, n) => ({
        type: 'user.created',
        payload: { n },
      }));
      const counted = await costOf(stage.installation.database.pool, () =>
        tenant.mutate('eventTriggerBatch', { events }, 'results { isDuplicate }'),
      );
      expectFew(counted);
    });
  });

  describe('of one event to as many webhooks', () => {
    const stage = useStage(variant);
    beforeAll(() => countable(stage.installation.database.pool));

    it('is few statements', async () => {
      const tenant = await stage.tenant();
      await insertWebhooks(stage.installation, {
        tenantId: tenant.tenantId,
        url: stage.receiver.url('/many'),
        eventType: 'user.created',
        count: DELIVERIES,
      });
      const counted = await costOf(stage.installation.database.pool, () => tenant.trigger());
      expectFew(counted);
    });
  });
});

const countable = async (pool: Pool) => {
  await pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
};
