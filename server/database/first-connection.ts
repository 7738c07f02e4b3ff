import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { connectionOf } from './pool.ts';
import { faultCode, StartupError } from '../faults/startup-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const STARTING_UP_MS = 30_000;
const RETRY_EVERY_MS = 200;
/** A setting of no meaning, which a session has where nothing stands between us and PostgreSQL. */
const MARK = 'nexus.session';

/**
 * The first connection of a start, which has a session of PostgreSQL to itself: waits for one that is
 * just starting up (half a minute at most), and tells every other fault at once, with how to correct it.
 * @throws StartupError
 */
export async function connectAtStart(url: string): Promise<pg.Client> {
  const until = Date.now() + STARTING_UP_MS;
  for (;;) {
    const client = new pg.Client({
      ...connectionOf(url, `-c ${MARK}=on`),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    // A connection that is lost between two statements is reported by the next one.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ mark: string | null }>(
        `SELECT current_setting('${MARK}', true) AS mark`,
      );
      if (rows[0]?.mark !== 'on')
        throw poolerFault(client, 'it drops the settings of our sessions');
      return client;
    } catch (cause) {
      await client.end().catch(() => undefined);
      if (cause instanceof StartupError) throw cause;
      if (/unsupported startup parameter/.test(String(cause))) {
        throw poolerFault(client, 'it refuses the settings of our sessions', cause);
      }
      const startingUp = faultCode(cause) === '57P03';
      if (!startingUp || Date.now() > until) throw connectionFault(client, cause);
      await wait(RETRY_EVERY_MS);
    }
  }
}

/** Statements are prepared, locks are held and settings are made for a session: each needs its own. */
function poolerFault(client: pg.Client, why: string, cause?: unknown): StartupError {
  return new StartupError(
    `Between us and PostgreSQL, at ${client.host}:${client.port}, stands a connection pooler (${why}): set DATABASE_URL to PostgreSQL itself, and DATABASE_POOL_SIZE to the connections that it has room for`,
    { cause },
  );
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
