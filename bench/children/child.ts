import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A part of a bench in a process of its own, so that it takes no time from what drives it. */
export interface BenchChild<Report> {
  /** What it said first. */
  readonly ready: unknown;
  readonly pid: number;
  /** Asks for what it has seen. One at a time. */
  report(): Promise<Report>;
  /** Tells it something that has no answer. */
  tell(message: object): void;
  end(): void;
}

/** Starts a file of this folder. It says something when it is ready, and reports when it is asked. */
export async function startChild<Report>(
  file: string,
  ...args: string[]
): Promise<BenchChild<Report>> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const [ready]: unknown[] = await once(child, 'message');
  return {
    ready,
    pid: child.pid ?? 0,
    async report() {
      child.send('report');
      const [report]: Report[] = await once(child, 'message');
      if (report === undefined) throw new Error(`${file} reported nothing`);
      return report;
    },
    tell: (message) => void child.send(message),
    end() {
      process.off('exit', kill);
      kill();
    },
  };
}
