import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { now, percentiles } from '../../bench/percentiles.ts';

/** What became of triggers that came at a rate of their own, whatever became of those before. */
export interface Flood {
  /** Calls, with a batch of events each. */
  sent: number;
  /** Those that were accepted, and how many events that makes. */
  accepted: number;
  events: number;
  /** Refused with a code, a time to wait, and the header that says the same. */
  refused: number;
  /** Whatever else an answer was, or why there was none: kinds, and how many of each. */
  other: Map<string, number>;
  /** In milliseconds. */
  acceptedMs: Took;
  refusedMs: Took;
}

interface Took {
  p50: number;
  p95: number;
  most: number;
}

const TRIGGER =
  'mutation ($input: EventTriggerBatchInput!) { eventTriggerBatch(input: $input) { userErrors { message } } }';
/** Each with a call under way at most. */
const CONNECTIONS = 1_500;
const EVENTS = 10;
const REFUSALS = new Set(['SERVICE_UNAVAILABLE', 'RATE_LIMITED']);

/** Triggers events, so many calls a second for so long or, where no rate is given, as fast as `clients` get their answers. */
export async function flood(
  { address, key }: { address: string; key: string },
  how: { seconds: number } & ({ perSecond: number } | { clients: number }),
): Promise<Flood> {
  const pool = new Pool(address, { connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });
  const other = new Map<string, number>();
  const [acceptedMs, refusedMs]: [number[], number[]] = [[], []];
  let sent = 0;
  const note = (kind: string) => other.set(kind, (other.get(kind) ?? 0) + 1);

  async function trigger(): Promise<void> {
    const begun = now();
    sent += 1;
    const events = Array.from({ length: EVENTS }, (_, n) => ({
      type: 'user.created',
      eventId: `${begun.toFixed(3)}-${sent}-${n}`,
      payload: { user_id: n },
    }));
    try {
      const { statusCode, headers, body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: TRIGGER, variables: { input: { events } } }),
      });
      const text = await body.text();
      const tookMs = now() - begun;
      if (text.includes('"userErrors":[]')) {
        acceptedMs.push(tookMs);
        return;
      }
      const { errors }: { errors?: { extensions: Record<string, unknown> }[] } = JSON.parse(text);
      const { code, retryAfter } = errors?.[0]?.extensions ?? {};
      const isRefusal = REFUSALS.has(String(code)) && Number(headers['retry-after']) === retryAfter;
      if (isRefusal) refusedMs.push(tookMs);
      else note(`${statusCode} ${String(code)}`);
    } catch (error) {
      note(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    }
  }

  const begun = performance.now();
  const isOver = () => performance.now() - begun > how.seconds * 1_000;
  if ('clients' in how) {
    const client = async () => {
      while (!isOver()) await trigger();
    };
    await Promise.all(Array.from({ length: how.clients }, client));
  } else {
    const answers: Promise<void>[] = [];
    while (!isOver()) {
      const due = ((performance.now() - begun) / 1_000) * how.perSecond;
      while (sent < due) answers.push(trigger());
      await pause(5);
    }
    await Promise.all(answers);
  }
  await pool.close();
  const accepted = acceptedMs.length;
  return {
    ...{ sent, accepted, events: accepted * EVENTS, refused: refusedMs.length, other },
    acceptedMs: shapeOf(acceptedMs),
    refusedMs: shapeOf(refusedMs),
  };
}

function shapeOf(took: readonly number[]): Took {
  const { p50, p95 } = percentiles(took);
  return { p50, p95, most: took.reduce((most, each) => Math.max(most, each), 0) };
}
