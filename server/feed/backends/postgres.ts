import { Client, escapeIdentifier, type Pool } from 'pg';
import type { Logger } from 'pino';
import { createFaultLog } from '../../faults/fault-log.ts';
import { endsWithin } from '../../faults/time-bound.ts';
import type { FeedBackend } from '../contract.ts';
import { createAnnouncements } from './announcements.ts';

export interface PostgresFeedOptions {
  /** Announcements go out on its connections. */
  pool: Pool;
  /** `postgres://` or `postgresql://`, to the same database: the connection that listens is of its own. */
  connectionString: string;
  logger: Logger;
}

/** Each is a statement, which the database has better uses for. */
const ANNOUNCEMENTS = { perSecond: 15, burst: 10, gapMs: 4 };

const CHANNEL_PREFIX = 'nexus_feed_';
const TIMEOUT_MS = 5_000;
const KEEPALIVE_MS = 10_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;
/** Longest that closing waits for a server that does not answer. */
const CLOSING_WAITS_MS = 1_000;

// In a statement of its own, for inside a transaction NOTIFY makes commits wait for each other.
const NOTIFY = 'SELECT pg_notify($2 || "tenantId", $3) FROM unnest($1::text[]) AS t ("tenantId")';

/** A connection that listens. */
interface Line {
  client: Client;
  lose(error: unknown): void;
  /** Settles when the statements handed over so far have ended. */
  turn: Promise<void>;
}

/** The feed over LISTEN and NOTIFY, a channel for each tenant. Opens also while PostgreSQL is away. */
export async function openPostgresFeed(options: PostgresFeedOptions): Promise<FeedBackend> {
  const { pool, connectionString, logger } = options;
  const faults = createFaultLog(logger, {
    away: 'feed.postgres_lost',
    back: 'feed.postgres_back',
  });
  const announcements = createAnnouncements(async (tenantIds, sender) => {
    try {
      await pool.query(NOTIFY, [tenantIds, CHANNEL_PREFIX, sender]);
    } catch (error) {
      if (!closed) faults.failed(error);
      return;
    }
    if (retry === undefined && opening === null) faults.recovered();
  }, ANNOUNCEMENTS);
  let line: Line | null = null;
  let opening: Promise<void> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let closed = false;

  async function connect(): Promise<void> {
    const client = new Client({
      connectionString,
      fallback_application_name: 'nexus-feed',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
    });
    let isLost = false;
    // A connection that failed in any way is replaced: what it still listens to is not known.
    const lose = (error: unknown) => {
      if (isLost) return;
      isLost = true;
      line = null;
      client.end().catch(() => undefined);
      if (closed) return;
      faults.failed(error);
      retry = setTimeout(reopen, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('The connection was closed')));
    client.on('notification', ({ channel, payload }) => {
      announcements.receive(channel.slice(CHANNEL_PREFIX.length), payload);
    });
    try {
      await client.connect();
      line = { client, lose, turn: Promise.resolve() };
      await execute(line, announcements.heard().map(listenTo).join(';'));
      if (isLost) return;
      retryMs = FIRST_RETRY_MS;
      faults.recovered();
    } catch (error) {
      lose(error);
    }
  }

  function open(): Promise<void> {
    opening ??= connect().finally(() => (opening = null));
    return opening;
  }

  function reopen(): void {
    retry = undefined;
    void open();
  }

  /** One statement after the other, as a connection takes them. */
  function execute(on: Line, statement: string): Promise<void> {
    on.turn = on.turn.then(async () => {
      try {
        await on.client.query(statement);
      } catch (error) {
        on.lose(error);
      }
    });
    return on.turn;
  }

  // TCP alone notices a server that is gone without a word only after its own probes have failed.
  const keepalive = setInterval(() => {
    if (line) void execute(line, 'SELECT 1');
  }, KEEPALIVE_MS);
  keepalive.unref();

  return {
    kind: 'postgres',

    announce: announcements.announce,

    async listen(tenantId, onChange) {
      const leave = announcements.listen(tenantId, onChange);
      // A process that never listens, a worker say, never opens the connection. One that is
      // being opened, or will be again, listens to all tenants that are heard.
      if (line) await execute(line, listenTo(tenantId));
      else if (retry === undefined && !closed) await open();
      return () => {
        if (leave() && line) void execute(line, `UNLISTEN ${channelOf(tenantId)}`);
      };
    },

    async close() {
      await announcements.flush();
      closed = true;
      clearTimeout(retry);
      clearInterval(keepalive);
      await opening;
      if (line) await endsWithin(line.client.end(), CLOSING_WAITS_MS);
    },
  };
}

const channelOf = (tenantId: string) => escapeIdentifier(CHANNEL_PREFIX + tenantId);
const listenTo = (tenantId: string) => `LISTEN ${channelOf(tenantId)}`;
