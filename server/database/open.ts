import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Logger } from 'pino';
import { PrismaClient } from '../generated/prisma/client.ts';
import { connectAtStart } from './first-connection.ts';
import { connectionOf, openPool, openPrismaPool } from './pool.ts';
import { createReach } from './reach.ts';

/** The ways to the database, opened. */
export interface Database {
  /** For hand-written statements; `int8` and `xid8` are bigint here. */
  readonly pool: pg.Pool;
  /** The same for those of a delivery's way, whose plans are kept (pool.ts). */
  readonly batches: pg.Pool;
  /** For everything else; has connections of its own. */
  readonly prisma: PrismaClient;
  /** Whether PostgreSQL answers within `timeoutMs`, and takes what is written; never throws. */
  isReady(timeoutMs: number): Promise<boolean>;
  /** Waits for statements under way, five seconds at most. Never rejects; may be called twice. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  url: string;
  /** Connections of `batches` at most; `pool` and Prisma have up to as many each, but no more than ten. */
  poolSize: number;
  logger: Logger;
}

const OTHER_POOL_SIZE = 10;
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Opens the database, which must have been migrated. A PostgreSQL that is lost later is logged once,
 * and once more when it is back.
 * @throws StartupError if it can't be reached now.
 */
export async function openDatabase({
  url,
  poolSize,
  logger,
}: OpenDatabaseOptions): Promise<Database> {
  const first = await connectAtStart(url);
  await first.end();

  let closed: Promise<void> | undefined;
  const reach = createReach({ connection: connectionOf(url, '-c jit=off'), logger });
  const watched = { url, reach };
  const others = { ...watched, poolSize: Math.min(poolSize, OTHER_POOL_SIZE) };
  const batches = openPool({ ...watched, poolSize }, 'batches');
  const pool = openPool(others);
  const prismaPool = openPrismaPool(others);
  const prisma = new PrismaClient({ adapter: new PrismaPg(prismaPool), errorFormat: 'minimal' });

  const shutDown = async () => {
    await prisma.$disconnect();
    await Promise.all([...[batches, pool, prismaPool].map((each) => each.end()), reach.close()]);
  };

  return {
    pool,
    batches,
    prisma,
    isReady: reach.isReady,
    close() {
      closed ??= within(CLOSE_TIMEOUT_MS, shutDown()).catch((error: unknown) => {
        logger.warn({ err: error }, 'postgres.not_closed');
      });
      return closed;
    },
  };
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
