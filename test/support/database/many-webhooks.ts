import { newId } from '../../../server/domain/identifiers.ts';
import type { Pool } from 'pg';
import { seal, type SecretKeys } from '../../../server/domain/sealed-secret.ts';
import { generateSecret } from '../../../server/domain/delivery/signature.ts';
import { secretOf } from '../../../server/webhooks/secrets/sealed-places.ts';

/** So many webhooks to one URL, all subscribed to the type: faster than by the API. Returns their ids. */
export async function insertWebhooks(
  { database: { pool }, secretKeys }: { database: { pool: Pool }; secretKeys: SecretKeys },
  made: { tenantId: string; url: string; eventType: string; count: number },
): Promise<string[]> {
  const { tenantId, url, eventType, count } = made;
  const ids = Array.from({ length: count }, () => newId());
  await pool.query(
    `WITH made AS (
       INSERT INTO "Webhook" (id, "tenantId", name, url, secret, "secretHint")
       SELECT id, $1, 'one of many', $2, secret, 'whsec_many'
       FROM unnest($3::uuid[], $4::bytea[]) AS w(id, secret) RETURNING id
     )
     INSERT INTO "EventSubscription" (id, "tenantId", "webhookId", "eventType")
     SELECT gen_random_uuid(), $1, id, $5 FROM made`,
    [
      tenantId,
      url,
      ids,
      ids.map((id) => seal(generateSecret(), secretKeys, secretOf(id))),
      eventType,
    ],
  );
  return ids;
}
