import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SecretKeys } from '../../server/domain/sealed-secret.ts';
import { resealSecrets } from '../../server/webhooks/secrets/reseal.ts';
import { loadSendingDetails } from '../../server/webhooks/sending-details.ts';
import { insertWebhooks } from '../support/database/many-webhooks.ts';
import {
  noneIsSealed,
  openService,
  type ServiceOnDatabase,
  valueOf,
} from './service-on-database.ts';

/** More than one batch. */
const MANY = 450;

let on: ServiceOnDatabase;
let ids: string[];
beforeAll(async () => {
  on = await openService();
  const { webhook } = await on.create({
    headers: [
      { name: 'X-Token', value: 'of the receiver', isSecret: true },
      { name: 'X-Shop', value: 'north' },
    ],
  });
  for (let turn = 0; turn < 2; turn += 1) {
    valueOf(await on.service.rotateSecret(on.tenant, { webhookId: webhook.id }));
  }
  const gone = await on.create();
  valueOf(await on.service.delete(on.tenant, gone.webhook.id));
  ids = await insertWebhooks(
    { database: on, secretKeys: on.secretKeys },
    { tenantId: on.tenant, url: 'http://127.0.0.1:4/', eventType: 'user.created', count: MANY },
  );
  ids.push(webhook.id, gone.webhook.id);
});
afterAll(() => on.close());

const detailsUnder = (keys: SecretKeys) =>
  loadSendingDetails(on.pool, keys, ids, noneIsSealed).then((details) =>
    details.toSorted((a, b) => (a.webhookId < b.webhookId ? -1 : 1)),
  );

describe('secrets that are sealed anew', () => {
  it('open under the new key alone, are the same, and are left alone by the next run', async () => {
    const before = await detailsUnder(on.secretKeys);
    const next = randomBytes(32);
    const keys: SecretKeys = [next, ...on.secretKeys];
    // Some are already, as after a kill.
    const first = ids.at(-2);
    await on.pool.query(`CREATE TABLE kept AS SELECT * FROM "Webhook" WHERE id = $1`, [first]);
    expect(await resealSecrets(on.pool, keys)).toEqual({
      resealed: ids.length,
      current: 0,
      unopened: [],
    });
    await on.pool.query(
      `UPDATE "Webhook" w SET secret = k.secret, headers = k.headers FROM kept k WHERE k.id = w.id`,
    );
    expect(await resealSecrets(on.pool, keys)).toEqual({
      resealed: 1,
      current: ids.length - 1,
      unopened: [],
    });
    expect(await detailsUnder([next])).toEqual(before);
    on.secretKeys = [next];
  });

  it('are left as they are where no key opens them, and are named', async () => {
    const [lost = ''] = ids;
    await on.pool.query(`UPDATE "Webhook" SET secret = '\\x02' WHERE id = $1`, [lost]);
    const told = await resealSecrets(on.pool, [randomBytes(32), ...on.secretKeys]);
    expect(told).toEqual({ resealed: ids.length - 1, current: 0, unopened: [lost] });
    const { rows } = await on.pool.query(`SELECT secret FROM "Webhook" WHERE id = $1`, [lost]);
    expect(rows).toEqual([{ secret: Buffer.of(2) }]);
  });
});
