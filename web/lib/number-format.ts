const COUNT = new Intl.NumberFormat('en');
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `1,234,567` */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `754`; `10,000+` where it was counted no further than that. */
export function formatCounted(count: number, upTo: number): string {
  return count >= upTo ? `${COUNT.format(upTo)}+` : COUNT.format(count);
}

/** `1,234` up to 9,999, then `12.3K`: for places of a fixed width. */
export function formatCompactCount(count: number): string {
  return Math.abs(count) < 10_000 ? COUNT.format(count) : COMPACT.format(count);
}

/**
 * A share from 0 to 1 as `99.9%`. Never rounded up to 100% nor down to 0%: who reads 100% may trust
 * that nothing failed.
 */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.001) return '<0.1%';
  // The small term undoes what floating point takes, as in 0.29 * 100 = 28.999…
  const floored = Math.floor(share * 1_000 + 1e-9) / 10;
  return `${PERCENT.format(floored)}%`;
}

/** `1 webhook`, `2 webhooks`, `3 retries`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
