import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { faultCode, StartupError } from '../faults/startup-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const STARTING_UP_MS = 30_000;
const RETRY_EVERY_MS = 200;

/**
 * The first connection of a start: waits for a PostgreSQL that is just starting up (half a minute
 * at most), and tells every other fault at once, with how to correct it.
 * @throws StartupError
 */
export async function connectAtStart(connection: string | pg.ClientConfig): Promise<pg.Client> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const until = Date.now() + STARTING_UP_MS;
  for (;;) {
    const client = new pg.Client({
      application_name: 'nexus',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...config,
    });
    // A connection that is lost between two statements is reported by the next one.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (cause) {
      await client.end().catch(() => undefined);
      const startingUp = faultCode(cause) === '57P03';
      if (!startingUp || Date.now() > until) throw connectionFault(client, cause);
      await wait(RETRY_EVERY_MS);
    }
  }
}

function connectionFault(client: pg.Client, cause: unknown): StartupError {
  const where = `${client.host}:${client.port}`;
  const code = faultCode(cause);
  const what = (cause instanceof Error && cause.message) || code || String(cause);
  switch (code) {
    case '28P01':
    case '28000':
      return new StartupError(
        `PostgreSQL at ${where} refuses the user ${client.user} (${what}): mend the user or the password in DATABASE_URL`,
        { cause },
      );
    case '3D000':
      return new StartupError(
        `PostgreSQL at ${where} has no database ${client.database}: create it, or mend DATABASE_URL`,
        { cause },
      );
    default:
      return new StartupError(
        `PostgreSQL at ${where} does not take our connection (${what}): start it, or mend DATABASE_URL`,
        { cause },
      );
  }
}
