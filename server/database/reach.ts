import { Socket } from 'node:net';
import pg from 'pg';
import type { Logger } from 'pino';
import { isRefusal } from '../faults/database-faults.ts';
import { createFaultLog } from '../faults/fault-log.ts';
import { endsWithin } from '../faults/time-bound.ts';

/**
 * What is known of PostgreSQL, by a look at it each second on a connection of its own. A server that
 * is gone without a word leaves connections on which nothing ever comes: they are ended then, and
 * new ones are refused at once until it answers again, so that nobody waits for it.
 */
export interface Reach {
  /** For each pool whose connections end with the others. */
  readonly ofPools: Pick<pg.PoolConfig, 'stream'> & { Client: typeof pg.Client };
  /** Whether it answers, and takes what is written, within `timeoutMs`; never throws. */
  isReady(timeoutMs: number): Promise<boolean>;
  /** Tells of a connection that broke. */
  broke(error: Error): void;
  close(): Promise<void>;
}

export const CONNECT_TIMEOUT_MS = 4_000;

const LOOK_EVERY_MS = 1_000;
/**
 * So many turns without an answer mean that none will come. Turns of our own loop, not seconds: where
 * this process stood still, what came meanwhile is read before the next turn.
 */
const PATIENT_TURNS = 3;
/** What was refused lately may be refused again: until then PostgreSQL does not count as back. */
const REFUSED_FOR_MS = 10_000;
/** A server that takes nothing may be one that another has replaced: connections are made anew so often. */
const RENEW_EVERY_MS = 5_000;

/** Off too on a standby, and on a managed server whose disk is full. */
const LOOK = `SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

/** A connection that is not even tried. */
class RefusedSocket extends Socket {
  override connect(): this {
    const error = Object.assign(new Error('PostgreSQL does not answer'), { code: '08001' });
    process.nextTick(() => this.destroy(error));
    return this;
  }
}

export function createReach(options: {
  /** Of the connection that looks. */
  connection: pg.ClientConfig;
  logger: Logger;
}): Reach {
  const faults = createFaultLog(
    options.logger,
    { away: 'postgres.lost', back: 'postgres.back' },
    { level: 'error' },
  );
  const sockets = new Set<Socket>();
  let isMute = false;
  let isClosed = false;
  let line: pg.Client | null = null;
  let looking: { readonly answer: Promise<boolean>; turns: number } | null = null;
  let refusedAt = -Infinity;
  let renewedAt = -Infinity;

  class WatchedClient extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      this.connection.on('errorMessage', (error: Error) => {
        if (!isRefusal(error)) return;
        refusedAt = performance.now();
        failed(error);
      });
    }
  }

  function failed(error: unknown): void {
    // A server that stops may answer a connection's good-bye with its own.
    if (!isClosed) faults.failed(error);
  }

  function endAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  function hangUp(): void {
    const last = line;
    line = null;
    last?.connection.stream.destroy();
  }

  async function open(): Promise<pg.Client> {
    const client = new pg.Client(options.connection);
    line = client;
    client.on('error', (error) => {
      if (line === client) line = null;
      failed(error);
    });
    await client.connect();
    return client;
  }

  async function look(): Promise<boolean> {
    try {
      const client = line ?? (await open());
      const { rows } = await client.query<{ isReadOnly: boolean }>(LOOK);
      isMute = false;
      if (rows[0]?.isReadOnly !== true) {
        if (performance.now() - refusedAt > REFUSED_FOR_MS) faults.recovered();
        return true;
      }
      failed(new Error('PostgreSQL is read-only: it is a standby, or its disk is full'));
      if (performance.now() - renewedAt > RENEW_EVERY_MS) {
        renewedAt = performance.now();
        endAll();
        hangUp();
      }
    } catch (error) {
      hangUp();
      failed(error);
    }
    return false;
  }

  function begin(): Promise<boolean> {
    const answer = look().finally(() => (looking = null));
    looking = { answer, turns: 0 };
    return answer;
  }

  const timer = setInterval(() => {
    if (looking === null) {
      void begin();
      return;
    }
    looking.turns += 1;
    if (looking.turns < PATIENT_TURNS) return;
    if (!isMute) failed(new Error('PostgreSQL does not answer'));
    isMute = true;
    endAll();
    hangUp();
  }, LOOK_EVERY_MS).unref();

  return {
    ofPools: {
      Client: WatchedClient,
      stream() {
        const socket = isMute ? new RefusedSocket() : new Socket();
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return socket;
      },
    },
    async isReady(timeoutMs) {
      if (isClosed) return false;
      const answer = looking?.answer ?? begin();
      return (await endsWithin(answer, timeoutMs)) && answer;
    },
    broke: failed,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await line?.end();
    },
  };
}
