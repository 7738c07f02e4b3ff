import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';

export interface LogLine {
  level: string;
  msg: string;
}

/** A logger whose lines, from `info` up, are kept to be looked at. */
export function collectLogs(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const line: LogLine = JSON.parse(String(chunk));
      lines.push(line);
      done();
    },
  });
  const formatters = { level: (level: string) => ({ level }) };
  return { logger: pino({ level: 'info', formatters }, stream), lines };
}
