import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A program that does not outlive this process, however this process ends. */
export interface GuardedProcess {
  readonly stderr: Readable;
  /** Resolves when the program has ended, with a word on how. Never rejects. */
  readonly exited: Promise<string>;
  /** Asks the program to end (SIGINT); {@link exited} settles when it has. */
  end(): void;
}

export interface GuardedProcessOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/**
 * The shell stands between us and the program: its standard input is a pipe whose other end
 * only we hold, and the system closes that end even after a kill -9. The program itself sees
 * neither the pipe nor the ignored signals.
 */
const WATCHDOG = `
exec 3<&0
"$0" "$@" </dev/null 3<&- &
program=$!
trap '' HUP INT TERM
( read -r _; kill -INT $program ) <&3 2>/dev/null &
watcher=$!
exec 0</dev/null 3<&-
wait $program
code=$?
kill -KILL $watcher 2>/dev/null
exit $code
`;

/**
 * Starts a program that is stopped by SIGINT when this process ends, even by kill -9, and that
 * a ^C in the terminal does not reach (it has a session of its own). Its standard output is
 * discarded; its standard error must be read. On Windows there is no watchdog.
 */
export function spawnGuarded(
  program: string,
  args: readonly string[],
  options: GuardedProcessOptions,
): GuardedProcess {
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(program, args, { ...options, stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true })
    : spawn('/bin/sh', ['-c', WATCHDOG, program, ...args], {
        ...options,
        stdio: ['pipe', 'ignore', 'pipe'],
        detached: true,
      });
  // The pipe breaks when the program ends first; `exited` has said so already.
  child.stdin.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  return {
    stderr: child.stderr,
    exited,
    end() {
      if (windows) child.kill();
      else child.stdin.end();
    },
  };
}
