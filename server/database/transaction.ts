import type { Pool, PoolClient } from 'pg';

/**
 * Runs on one connection between BEGIN and COMMIT; a fault rolls it back and is thrown.
 *
 * @param isKept whether what it came to is to be kept; where not, it is rolled back and returned.
 */
export async function inTransaction<Value>(
  pool: Pool,
  run: (client: PoolClient) => Promise<Value>,
  isKept: (value: Value) => boolean = () => true,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const value = await run(client);
    await client.query(isKept(value) ? 'COMMIT' : 'ROLLBACK');
    return value;
  } catch (error) {
    // Where not even this works, nobody is to be given the connection again.
    await client.query('ROLLBACK').catch((fault: Error) => (broken = fault));
    throw error;
  } finally {
    client.release(broken);
  }
}
