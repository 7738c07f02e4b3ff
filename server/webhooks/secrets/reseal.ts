import type { Pool, PoolClient } from 'pg';

import { inTransaction } from '../../database/transaction.ts';
import { NIL_UUID } from '../../domain/identifiers.ts';
import {
  resealed,
  SealError,
  type SealedPlace,
  type SecretKeys,
} from '../../domain/sealed-secret.ts';
import { changeSecretHeaders } from '../changes/headers.ts';
import { changePreviousSecrets } from './previous-secrets.ts';
import { secretOf } from './sealed-places.ts';

/** What became of the webhooks that there are, deleted ones among them. */
export interface Resealing {
  /** How many are sealed anew. */
  resealed: number;
  /** How many were sealed under the current key already. */
  current: number;
  /** Ids of those with a secret that no key opens; they are as they were. */
  unopened: string[];
}

/** Locked at once: a moment in which they can't be changed. */
const BATCH = 200;

const TAKE = `
SELECT id, secret, headers, "previousSecrets" FROM "Webhook" WHERE id > $1::uuid
ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE`;

/* Their revision stays: what they send and sign is the same. */
const KEEP = `
UPDATE "Webhook" w SET secret = n.secret, headers = n.headers::jsonb, "previousSecrets" = n.former::jsonb
FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[]) AS n(id, secret, headers, former) WHERE w.id = n.id`;

interface Row {
  id: string;
  secret: Buffer;
  headers: unknown;
  previousSecrets: unknown;
}

/**
 * Seals all secrets of webhooks anew, under the first of the keys, a batch at a time. What is under it already is left
 * as it is: after a kill the next run does the rest. May run beside processes that have these keys.
 */
export async function resealSecrets(pool: Pool, keys: SecretKeys): Promise<Resealing> {
  const all: Resealing = { resealed: 0, current: 0, unopened: [] };
  for (let after: string | null = NIL_UUID; after !== null;) {
    const from: string = after;
    const batch = await inTransaction(pool, (client) => resealBatch(client, keys, from));
    all.resealed += batch.resealed;
    all.current += batch.current;
    all.unopened.push(...batch.unopened);
    after = batch.last;
  }
  return all;
}

async function resealBatch(
  client: PoolClient,
  keys: SecretKeys,
  after: string,
): Promise<Resealing & { last: string | null }> {
  const { rows } = await client.query<Row>(TAKE, [after]);
  const changed: Row[] = [];
  const unopened: string[] = [];
  for (const row of rows) {
    try {
      const anew = resealRow(row, keys);
      if (anew !== null) changed.push(anew);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      unopened.push(row.id);
    }
  }
  if (changed.length > 0) {
    await client.query(KEEP, [
      changed.map(({ id }) => id),
      changed.map(({ secret }) => secret),
      changed.map((each) => JSON.stringify(each.headers)),
      changed.map(({ previousSecrets }) => JSON.stringify(previousSecrets)),
    ]);
  }
  return {
    resealed: changed.length,
    current: rows.length - changed.length - unopened.length,
    unopened,
    last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null),
  };
}

/** All of a webhook's secrets under the current key; null where they are. */
function resealRow(row: Row, keys: SecretKeys): Row | null {
  const { id } = row;
  let isChanged = false;
  const anew = (sealed: Buffer, place: SealedPlace): Buffer => {
    const now = resealed(sealed, keys, place);
    isChanged ||= now !== null;
    return now ?? sealed;
  };
  const changed = {
    id,
    secret: anew(row.secret, secretOf(id)),
    headers: changeSecretHeaders(id, row.headers, (value, place) =>
      anew(Buffer.from(value, 'base64'), place).toString('base64'),
    ),
    previousSecrets: changePreviousSecrets(row.previousSecrets, (sealed) =>
      anew(sealed, secretOf(id)),
    ),
  };
  return isChanged ? changed : null;
}
