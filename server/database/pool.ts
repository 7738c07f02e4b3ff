import pg from 'pg';
import { CONNECT_TIMEOUT_MS, type Reach } from './reach.ts';

export interface PoolOptions {
  url: string;
  /** Connections at most. */
  poolSize: number;
  /** Ends the connections where nothing comes on them any more, and is told of those that break. */
  reach?: Reach;
}

/** Before what stands between forgets a connection that lies idle. */
const KEEPALIVE_MS = 30_000;

/** A connection on which no answer has come by then is dead: PostgreSQL ends what takes half a minute. */
const QUERY_TIMEOUT_MS = 35_000;

/** No statement and no forgotten transaction may hold up the feed's low-water mark for longer. */
const SESSION = '-c statement_timeout=30s -c idle_in_transaction_session_timeout=30s';

/** Which statements a pool is for. */
export type PoolUse =
  /** Those for which it depends on what they are given how they are best carried out. */
  | 'reads'
  /** Those of a delivery's way, which the same rows are looked up for each time, one or a thousand. */
  | 'batches';

/**
 * A plan kept for later (a generic one) knows nothing of the arrays that it will be given, and
 * planning anew costs more than the work where there is one row. So the batches' plans are kept,
 * and made to go to each row by its index: right for one row and for a thousand, in a table of
 * any size, as long as a statement joins nothing but tables to what it was given.
 */
const PLANNER: Record<PoolUse, string> = {
  reads: '-c jit=off -c plan_cache_mode=force_custom_plan',
  batches:
    '-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off',
};

/**
 * A pool of the hand-written statements. `int8` and `xid8` come back as bigint, `timestamptz`
 * as Date. A connection that breaks never becomes an uncaught error; whoever uses it gets the error.
 */
export function openPool({ url, poolSize, reach }: PoolOptions, use: PoolUse = 'reads'): pg.Pool {
  const connection = connectionOf(url, `${SESSION} ${PLANNER[use]}`);
  return watch(new pg.Pool({ ...connection, ...reach?.ofPools, types, max: poolSize }), reach);
}

/** The pool under Prisma, whose client has its own idea of types. */
export function openPrismaPool({ url, poolSize, reach }: PoolOptions): pg.Pool {
  const connection = connectionOf(url, `${SESSION} -c jit=off`);
  return watch(new pg.Pool({ ...connection, ...reach?.ofPools, max: poolSize }), reach);
}

function watch(pool: pg.Pool, reach: Reach | undefined) {
  const fault = (error: Error) => reach?.broke(error);
  pool.on('error', fault);
  // The pool listens only while a connection lies idle; one that is checked out can break too.
  pool.on('connect', (client) => void client.on('error', fault));
  return pool;
}

/** What `url` itself asks for by its own `options` comes last, and so prevails. */
export function connectionOf(url: string, options: string): pg.PoolConfig {
  const own = new URL(url);
  const asked = own.searchParams.get('options');
  own.searchParams.delete('options');
  return {
    connectionString: own.href,
    options: asked === null ? options : `${options} ${asked}`,
    application_name: 'nexus',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  };
}

/** Numbers of PostgreSQL's built-in types, from its pg_type catalogue. */
const INT8 = 20;
const INT8_ARRAY = 1_016;
const XID8 = 5_069;
const XID8_ARRAY = 271;

const types = new pg.TypeOverrides();
types.setTypeParser(INT8, BigInt);
types.setTypeParser(XID8, BigInt);
types.setTypeParser(INT8_ARRAY, parseBigints);
types.setTypeParser(XID8_ARRAY, parseBigints);

/** `{1,NULL,3}`: numbers are never quoted, and ours are in one dimension. */
function parseBigints(text: string): (bigint | null)[] {
  const elements = text.slice(1, -1);
  if (elements === '') return [];
  return elements.split(',').map((each) => (each === 'NULL' ? null : BigInt(each)));
}
