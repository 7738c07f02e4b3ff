import { formatCount } from './number-format.ts';
import { waitInWords } from './time/durations.ts';

/** At most so many attempts in any window of so many seconds. */
export interface RateLimit {
  readonly attempts: number;
  readonly perSeconds: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3_600 };
const NAMES: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3_600: 'hour' };

/**
 * A limit as it is typed: `10/s`, `600/min`, `20/10s`, `5 per second`. Blank: null; undefined where it is none of
 * these, or out of the range that a webhook may have: 1 to 100,000 in 1 second to 1 hour.
 */
export function readRateLimit(text: string): RateLimit | null | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/\s*per\s*/, '/')
    .replaceAll(/[\s,]/g, '')
    .replace(/(?<unit>second|minute|hour)s?$/, (word) => word[0] ?? '');
  if (plain === '') return null;
  const { attempts, times, unit } =
    /^(?<attempts>\d{1,6})\/(?<times>\d{1,4})?(?<unit>s|sec|m|min|h)$/.exec(plain)?.groups ?? {};
  if (attempts === undefined || unit === undefined) return undefined;
  const limit = {
    attempts: Number(attempts),
    perSeconds: Number(times ?? 1) * (UNITS[unit] ?? 0),
  };
  const isInRange =
    limit.attempts >= 1 &&
    limit.attempts <= 100_000 &&
    limit.perSeconds >= 1 &&
    limit.perSeconds <= 3_600;
  return isInRange ? limit : undefined;
}

/** The same, written. */
export function writeRateLimit({ attempts, perSeconds }: RateLimit): string {
  if (perSeconds === 3_600) return `${attempts}/h`;
  const isMinutes = perSeconds % 60 === 0;
  const times = isMinutes ? perSeconds / 60 : perSeconds;
  return `${attempts}/${times === 1 ? '' : times}${isMinutes ? 'min' : 's'}`;
}

/** `at most 10 a second`, `at most 20 in any 10 s`. */
export function rateInWords({ attempts, perSeconds }: RateLimit): string {
  const name = NAMES[perSeconds];
  const window =
    name === undefined
      ? `in any ${waitInWords(perSeconds)}`
      : `${name === 'hour' ? 'an' : 'a'} ${name}`;
  return `at most ${formatCount(attempts)} ${window}`;
}

/** `754 waiting take about 75 s`: what a limit makes of a backlog. */
export function backlogInWords({ attempts, perSeconds }: RateLimit, waiting: number): string {
  const seconds = (waiting / attempts) * perSeconds;
  return `${formatCount(waiting)} waiting ${waiting === 1 ? 'takes' : 'take'} about ${
    seconds < 1 ? 'a second' : waitInWords(Math.round(seconds))
  }`;
}
