/** The intervals that rollups are kept for, in UTC, and their length in milliseconds. */
export const INTERVAL_MS = { MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 } as const;
export type StatsInterval = keyof typeof INTERVAL_MS;

export const FROM_COARSEST = ['DAY', 'HOUR', 'MINUTE'] as const satisfies StatsInterval[];

/** From `from` on, up to but without `to`: milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** A range of time cut into what rollups answer and what deliveries themselves have to. */
export interface Pieces {
  /** Whole minutes, hours and days, disjoint and in order. */
  rollups: (Span & { level: StatsInterval })[];
  /** What all of `rollups` covers together; null where there is no whole minute. */
  whole: Span | null;
  /** What is left at the ends, each within one minute. */
  edges: Span[];
}

/** The start of the interval that this time lies in. */
export function startOf(interval: StatsInterval, ms: number): number {
  const length = INTERVAL_MS[interval];
  return Math.floor(ms / length) * length;
}

function endOf(interval: StatsInterval, ms: number): number {
  const length = INTERVAL_MS[interval];
  return Math.ceil(ms / length) * length;
}

/**
 * Cuts a range into as few rollups as cover its whole minutes, and the partial minutes at its ends.
 *
 * @param coarsest no rollup is longer than this.
 */
export function cutIntoPieces(range: Span, coarsest: StatsInterval): Pieces {
  // Nothing was made before 1970: ids and rollups start there.
  const { from, to } = { from: Math.max(0, range.from), to: range.to };
  if (from >= to) return { rollups: [], whole: null, edges: [] };
  const first = endOf('MINUTE', from);
  const last = startOf('MINUTE', to);
  if (first > last) return { rollups: [], whole: null, edges: [{ from, to }] };
  const edges = [
    { from, to: first },
    { from: last, to },
  ].filter((edge) => edge.from < edge.to);
  const levels = FROM_COARSEST.slice(FROM_COARSEST.indexOf(coarsest));
  return {
    rollups: wholeIntervals({ from: first, to: last }, levels),
    whole: first < last ? { from: first, to: last } : null,
    edges,
  };
}

/** @param range starts and ends with whole minutes. */
function wholeIntervals(range: Span, levels: readonly StatsInterval[]): Pieces['rollups'] {
  const [level, ...finer] = levels;
  if (level === undefined || range.from >= range.to) return [];
  const from = endOf(level, range.from);
  const to = startOf(level, range.to);
  if (from >= to) return wholeIntervals(range, finer);
  return [
    ...wholeIntervals({ from: range.from, to: from }, finer),
    { level, from, to },
    ...wholeIntervals({ from: to, to: range.to }, finer),
  ];
}
