import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A part of a bench in a process of its own, so that it takes no time from what drives it. */
export interface BenchChild<Report> {
  /** What it said first. */
  readonly ready: unknown;
  /** Asks for what it has seen, and ends it. */
  report(): Promise<Report>;
}

/** Starts a file of this folder. It says something when it is ready, and reports when it is asked. */
export async function startChild<Report>(
  file: string,
  ...args: string[]
): Promise<BenchChild<Report>> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const [ready]: unknown[] = await once(child, 'message');
  return {
    ready,
    async report() {
      child.send('report');
      const [report]: Report[] = await once(child, 'message');
      child.kill('SIGKILL');
      if (report === undefined) throw new Error(`${file} reported nothing`);
      return report;
    },
  };
}
