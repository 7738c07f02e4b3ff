import type { Pool } from 'pg';
import { SealError, unseal, type SecretKeys } from '../../domain/sealed-secret.ts';
import { secretOf } from './sealed-places.ts';

/**
 * Whether these keys open the secrets that the database holds; true where it holds none. Looks at
 * the newest webhook alone: an installation has one key, or two while it changes. One statement.
 */
export async function opensKeptSecrets(pool: Pool, secretKeys: SecretKeys): Promise<boolean> {
  const { rows } = await pool.query<{ id: string; secret: Buffer }>(
    'SELECT id, secret FROM "Webhook" ORDER BY id DESC LIMIT 1',
  );
  const [newest] = rows;
  if (newest === undefined) return true;
  try {
    unseal(newest.secret, secretKeys, secretOf(newest.id));
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
