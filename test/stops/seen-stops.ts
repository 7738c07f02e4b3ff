import { expect } from 'vitest';
import type { Endpoints } from '../kills/endpoints.ts';
import { faultsOf, type DeliveryRecord } from '../kills/history.ts';
import type { Load } from '../kills/load.ts';
import { STOP_TIMEOUT_MS, type ServerProcess } from '../support/installation/server-process.ts';

/** Deliveries a second while processes are stopped. */
export const PER_SECOND = 500;
/** A machine that is slower than this gets no more than this to do at once. */
export const UNDER_WAY = 1_500;
/** So many deliveries are answered before each stop. */
export const SOME = 1_000;
/** What a receiver of the load takes is no fault of its own on a machine that is busy. */
export const STOPS_ENV = { WEBHOOK_TIMEOUT: '60', INITIAL_RETRY_DELAY: '0.2' };

/** How a process ended, and how long after its SIGTERM. */
export interface SeenStop {
  who: string;
  code: number | null;
  tookMs: number;
}

/** What was seen while processes were stopped under load. */
export interface SeenStops {
  /** What may not happen, by the history (kills/history.ts); nothing was killed. */
  faults: string[];
  deliveries: number;
  perSecond: number;
  /** Triggers whose connection broke, and why. */
  severed: readonly string[];
  stops: SeenStop[];
  /** Warnings and errors of all processes, by name. */
  warnings: string[];
  complaints: string[];
}

export async function stopOne(who: string, server: ServerProcess): Promise<SeenStop> {
  const sentAt = performance.now();
  server.kill('SIGTERM');
  const { code } = await server.waitForExit(STOP_TIMEOUT_MS + 5_000);
  return { who, code, tookMs: performance.now() - sentAt };
}

export function seenStops(parts: {
  endpoints: Endpoints;
  load: Load;
  loadMs: number;
  records: readonly DeliveryRecord[];
  toldOf: ReadonlySet<string> | null;
  stops: SeenStop[];
  processes: readonly ServerProcess[];
}): SeenStops {
  const { endpoints, load, loadMs, records, toldOf, stops, processes } = parts;
  return {
    faults: faultsOf({
      webhooks: endpoints.webhooks,
      accepted: load.accepted,
      requests: endpoints.requests,
      kills: [],
      ...{ records, toldOf },
    }),
    deliveries: records.length,
    perSecond: (records.length / loadMs) * 1_000,
    severed: load.severed,
    stops,
    warnings: processes.flatMap(({ warnings }) => [...warnings]),
    complaints: processes.flatMap(({ complaints }) => [...complaints]),
  };
}

/** Prints what was seen, in a line: the figures of docs/guarantees.md. Expects what is promised. */
export function expectInOrder(seen: SeenStops): void {
  const { deliveries, perSecond, stops } = seen;
  const took = stops.map(({ who, tookMs }) => `${who} ${Math.round(tookMs)} ms`).join(', ');
  process.stdout.write(
    `${deliveries} deliveries at ${Math.round(perSecond)} a second, stops: ${took}\n`,
  );
  expect(seen.faults).toEqual([]);
  expect(seen.severed).toEqual([]);
  for (const { code, tookMs } of stops) {
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(STOP_TIMEOUT_MS);
  }
  expect(seen.warnings).toEqual([]);
  expect(seen.complaints).toEqual([]);
}
