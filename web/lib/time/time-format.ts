import { zonedFormat } from './time-style.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const EXACT = zonedFormat({
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const DATE = zonedFormat({ day: 'numeric', month: 'short', year: 'numeric' });
const DAY_OF_YEAR = zonedFormat({ day: 'numeric', month: 'short' });
const YEAR = zonedFormat({ year: 'numeric' });
const MINUTES = zonedFormat({ hour: '2-digit', minute: '2-digit' });
const SECONDS = zonedFormat({ hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** As the API gives a time, or as a Date. */
export type Time = string | Date;

/** Its milliseconds since 1970; NaN where the text is no time. */
export function millisecondsOf(time: Time): number {
  return typeof time === 'string' ? Date.parse(time) : time.getTime();
}

/** `now`, `12 s ago`, `in 40 s`, `5 min ago`, `3 h ago`, `2 d ago`; from 30 days on the date. */
export function formatRelative(time: Time, nowMs: number): string {
  const at = millisecondsOf(time);
  const distance = Math.abs(at - nowMs);
  if (Number.isNaN(distance)) return '–';
  if (distance < SECOND) return 'now';
  if (distance >= 30 * DAY) return DATE.format(at);
  const text = largestUnit(distance);
  return at < nowMs ? `${text} ago` : `in ${text}`;
}

function largestUnit(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** `7 Mar 2026, 14:03:22 CET`: to the second, in the chosen zone, with the zone. */
export function formatExact(time: Time): string {
  const at = millisecondsOf(time);
  return Number.isNaN(at) ? '–' : EXACT.format(at);
}

/** As short as it is clear: `14:03:22` today, `7 Mar 14:03` this year, else the date. */
export function formatClock(time: Time, nowMs: number): string {
  const at = millisecondsOf(time);
  if (Number.isNaN(at)) return '–';
  if (DATE.format(at) === DATE.format(nowMs)) return SECONDS.format(at);
  if (YEAR.format(at) !== YEAR.format(nowMs)) return DATE.format(at);
  return `${DAY_OF_YEAR.format(at)} ${MINUTES.format(at)}`;
}

/** `83 ms`, `1.2 s`, `12 s`, `1 m 5 s`, `2 h 3 m`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 10) return `${tenths} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return twoUnits(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, 'h', 'min');
  return twoUnits(Math.round(minutes / 60), 24, 'd', 'h');
}

function twoUnits(amount: number, perLarge: number, large: string, small: string): string {
  const rest = amount % perLarge;
  const whole = `${Math.floor(amount / perLarge)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** `in 0:42`, `in 1:02:03`, and `now` once it is due. */
export function formatCountdown(time: Time, nowMs: number): string {
  const seconds = Math.ceil((millisecondsOf(time) - nowMs) / SECOND);
  if (Number.isNaN(seconds)) return '–';
  if (seconds <= 0) return 'now';
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const shown = hours > 0 ? `${hours}:${twoDigits(minutes)}` : `${minutes}`;
  return `in ${shown}:${twoDigits(seconds % 60)}`;
}

function twoDigits(value: number): string {
  return `${value}`.padStart(2, '0');
}
