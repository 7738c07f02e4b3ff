import { setTimeout as wait } from 'node:timers/promises';
import { faultCode } from './startup-error.ts';

/** Deadlock and serialization failure by PostgreSQL's codes; both at once by Prisma's. */
const TRANSIENT = new Set(['40P01', '40001', 'P2034']);

const TRIES = 5;
const LONGEST_FIRST_WAIT_MS = 10;

/**
 * Runs `work`, and again where it lost a deadlock or a serialization conflict: five times at most,
 * after a random wait of up to 10, 20, 40 and 80 ms. Every other error, and the last one, is the
 * caller's. `work` is a whole transaction: what it did before was rolled back.
 */
export async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isTransient(error)) throw error;
      // Random, or those that met once would meet again.
      await wait(Math.random() * LONGEST_FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

const isTransient = (error: unknown) =>
  errorsIn(error).some((each) => TRANSIENT.has(faultCode(each) ?? ''));

/** Of Node's sockets and resolver. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** PostgreSQL's class 08, too many connections, and the server going down or coming up. */
const OUT_OF_REACH = /^(08...|53300|57P0[1235])$/;

/** Its disk is full or fails, or it is read-only: a standby, say. */
const REFUSAL = /^(53100|58030|25006)$/;

/** Prisma's: not reachable, timed out, closed by the server, none free in the pool. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);

/** What pg's pool says. */
const POOL_BUSY = /timeout exceeded when trying to connect/i;

/** Prisma hands on what PostgreSQL said, without its code. */
const MESSAGE_OF_REFUSAL = /in a read-only transaction|No space left on device/;

/** What pg says where it gives no code. */
const MESSAGE =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|client was closed|query read timeout/i;

/**
 * Whether an error says that the database is out of reach, or takes nothing for now, rather than that
 * a statement is wrong. Whether a statement that was under way has taken effect is not known then.
 */
export function isOutage(error: unknown): boolean {
  return errorsIn(error).some((each) => {
    const code = faultCode(each) ?? '';
    return (
      NETWORK.has(code) ||
      OUT_OF_REACH.test(code) ||
      PRISMA.has(code) ||
      MESSAGE.test(each.message) ||
      isRefusal(each)
    );
  });
}

/** Whether all connections had other things to do for too long: nothing is wrong with the database. */
export function isPoolBusy(error: unknown): boolean {
  return errorsIn(error).some(
    (each) => POOL_BUSY.test(each.message) || faultCode(each) === 'P2024',
  );
}

/** Whether the database answers, and says that it can take nothing for now. */
export function isRefusal(error: unknown): boolean {
  return REFUSAL.test(faultCode(error) ?? '') || MESSAGE_OF_REFUSAL.test(String(error));
}

/** Whether it comes of an outage that is told elsewhere, once: `postgres.lost` (database/reach.ts). */
export function isToldElsewhere(error: unknown): boolean {
  return isOutage(error) && !isPoolBusy(error);
}

/** An error, those it stands for (one for each address tried) and those behind it. */
function errorsIn(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...[...parts, error.cause].flatMap((each) => errorsIn(each, depth + 1))];
}
