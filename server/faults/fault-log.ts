import type { Logger } from 'pino';

/** Tells a lasting fault once when it begins and once when it has passed, however often it is met. */
export interface FaultLog {
  failed(error: unknown): void;
  recovered(): void;
}

/**
 * How long a recovery has to last before it is believed, in milliseconds. One fault reaches its
 * connections one after the other, and what succeeds between two of them proves nothing.
 */
const SETTLED_MS = 1_000;

/**
 * `away` and `back` are the two lines that are logged, the first with the error that began it, the
 * second a second after a recovery that no further failure has undone; `fault.passed` if omitted, with the
 * first as `was`.
 */
export function createFaultLog(
  logger: Logger,
  lines: { readonly away: string; readonly back?: string },
  {
    level = 'warn',
    isToldElsewhere = () => false,
  }: {
    level?: 'warn' | 'error';
    /** Of such an error there is no line here. */
    isToldElsewhere?: (error: unknown) => boolean;
  } = {},
): FaultLog {
  let away = false;
  let settling: NodeJS.Timeout | undefined;

  function settled(): void {
    away = false;
    settling = undefined;
    if (lines.back === undefined) logger.info({ was: lines.away }, 'fault.passed');
    else logger.info(lines.back);
  }

  return {
    failed(error) {
      clearTimeout(settling);
      settling = undefined;
      if (away || isToldElsewhere(error)) return;
      away = true;
      logger[level]({ err: error }, lines.away);
    },
    recovered() {
      if (away) settling ??= setTimeout(settled, SETTLED_MS).unref();
    },
  };
}
