/** `60 s`, `2 min`, `1.5 h`: seconds in the unit in which they are short. */
export function waitInWords(seconds: number): string {
  if (seconds < 120) return `${rounded(seconds)} s`;
  if (seconds < 7_200) return `${rounded(seconds / 60)} min`;
  return `${rounded(seconds / 3_600)} h`;
}

/** `60 s, 2 min, 4 min`: the waits before the second, third … attempt. */
export function delaysInWords(delays: readonly number[]): string {
  return delays.length === 0 ? 'None: there is one attempt' : delays.map(waitInWords).join(', ');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const UNITS = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 } as const;

/**
 * Waits as they are typed: `10s 5m 1h 1d`, apart by spaces or commas; a number alone is seconds. Blank: null;
 * `none`: no waits; undefined where it is none of these, or more or longer than a webhook may have.
 */
export function readDelays(text: string): number[] | null | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return null;
  if (words.length === 1 && words[0] === 'none') return [];
  const delays = words.map(readDelay);
  return delays.length <= 19 && delays.every((delay) => delay !== undefined) ? delays : undefined;
}

function readDelay(word: string): number | undefined {
  const { number, unit = 's' } =
    /^(?<number>\d+(?:\.\d+)?)(?<unit>s|m|min|h|d)?$/.exec(word)?.groups ?? {};
  if (number === undefined || !isUnit(unit)) return undefined;
  const seconds = Number(number) * UNITS[unit];
  return seconds <= 7 * UNITS.d ? seconds : undefined;
}

function isUnit(unit: string): unit is keyof typeof UNITS {
  return unit in UNITS;
}

/** The same, written: in the largest unit that each is a whole number of. */
export function writeDelays(delays: readonly number[]): string {
  if (delays.length === 0) return 'none';
  return delays
    .map((delay) => {
      const unit =
        (['d', 'h', 'm'] as const).find((each) => delay > 0 && delay % UNITS[each] === 0) ?? 's';
      return `${delay / UNITS[unit]}${unit}`;
    })
    .join(' ');
}
