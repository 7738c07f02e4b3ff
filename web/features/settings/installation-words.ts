const MODES: Readonly<Record<string, string>> = {
  embedded: 'Embedded: one process with a PostgreSQL of its own',
  served: 'Served: PostgreSQL and Redis',
  postgres: 'Served from PostgreSQL alone, without Redis',
};

/** What the installation runs on; a mode that is not known yet stands for itself. */
export function modeInWords(mode: string): string {
  return MODES[mode] ?? mode;
}

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

/** `256 KiB` */
export function bytesInWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  if (bytes < 1_024 * 1_024) return `${rounded(bytes / 1_024)} KiB`;
  return `${rounded(bytes / 1_024 / 1_024)} MiB`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
