import { median } from './percentiles.ts';

/** What one run of one load has measured, by name. */
export type Figures = Record<string, number>;

/** What all runs of one load have: medians, and how far the lowest and the highest lie apart. */
export interface Summary {
  medians: Figures;
  /** The highest less the lowest, over the median; 0 of one run. */
  spread: Figures;
}

export function summaryOf(runs: readonly Figures[]): Summary {
  const medians: Figures = {};
  const spread: Figures = {};
  for (const name of Object.keys(runs[0] ?? {})) {
    const values = runs.map((each) => each[name] ?? Number.NaN);
    const middle = median(values);
    medians[name] = middle;
    spread[name] = middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
  }
  return { medians, spread };
}

/** To so many digits behind the point; ratios have three. */
export function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => {
      const digits = name.includes('÷') ? 3 : 1;
      return [name, Math.round(10 ** digits * value) / 10 ** digits];
    }),
  );
}
