import type { Logger } from 'pino';

/** Tells a lasting fault once when it begins and once when it has passed, however often it is met. */
export interface FaultLog {
  failed(error: unknown): void;
  recovered(): void;
}

/** `away` and `back` are the two lines that are logged, the first with the error that began it. */
export function createFaultLog(
  logger: Logger,
  lines: { readonly away: string; readonly back: string },
): FaultLog {
  let away = false;
  return {
    failed(error) {
      if (away) return;
      away = true;
      logger.warn({ err: error }, lines.away);
    },
    recovered() {
      if (!away) return;
      away = false;
      logger.info(lines.back);
    },
  };
}
