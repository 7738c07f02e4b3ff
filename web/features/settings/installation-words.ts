const MODES: Readonly<Record<string, string>> = {
  embedded: 'Embedded: one process with a PostgreSQL of its own',
  served: 'Served: PostgreSQL and Redis',
  postgres: 'Served from PostgreSQL alone, without Redis',
};

/** What the installation runs on; a mode that is not known yet stands for itself. */
export function modeInWords(mode: string): string {
  return MODES[mode] ?? mode;
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
