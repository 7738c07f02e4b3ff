import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../wait.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../dist/server/main.js', import.meta.url));

/** A start on a machine that is busy with other tests; alone it takes a second or two. */
const START_TIMEOUT_MS = 60_000;
/** What a stop may take. */
export const STOP_TIMEOUT_MS = 20_000;

/** How a process is started: as `npm start` does it, or the built program itself. */
export interface Launch {
  /** All that it sees of an environment, beside PATH and the like. */
  env: Readonly<Record<string, string>>;
  /** `npm` if omitted: `node`. */
  by?: 'node' | 'npm';
  /** The built program that node runs: this version's if omitted. */
  main?: string;
  /** Of the program, e.g. `['migrate']`; of npm, e.g. `['start']`. */
  args?: readonly string[];
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One line of the log. */
export interface LogLine {
  level: number;
  msg: string;
  workerId?: string;
  /** How many it is about. */
  deliveries?: number;
}

/** A real process of the built server, in a process group of its own. */
export interface ServerProcess {
  readonly pid: number;
  /** From its banner, e.g. http://127.0.0.1:40321; undefined as long as there is none. */
  readonly address: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** What stands on standard error and is no line of the log. */
  readonly complaints: readonly string[];
  readonly log: readonly LogLine[];
  /** The names of what the log has as a warning or worse, in order. */
  readonly warnings: readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** To all processes of its group, as a terminal does it. */
  killGroup(signal: NodeJS.Signals): void;
  /** Fails where it still runs after `timeoutMs`. */
  waitForExit(timeoutMs?: number): Promise<Exit>;
}

/** One that serves. */
export interface RunningServer extends ServerProcess {
  readonly address: string;
}

/** Starts processes, and ends all of them that still run when the tests are over. */
export interface Launcher {
  /** Starts one and does not wait. */
  launch(how: Launch): ServerProcess;
  /** Starts one and waits for its banner; fails with all that it said where it ends first. */
  start(how: Launch): Promise<RunningServer>;
  /** Runs one to its end. */
  run(how: Launch): Promise<ServerProcess & Exit>;
  killAll(): Promise<void>;
}

export function createLauncher(): Launcher {
  const running = new Set<ServerProcess>();
  const killNow = () => {
    for (const each of running) each.killGroup('SIGKILL');
  };
  // They are in groups of their own: the signal that ends the tests does not reach them.
  process.once('exit', killNow);

  function launch(how: Launch): ServerProcess {
    const server = spawnServer(how);
    running.add(server);
    return server;
  }

  return {
    launch,
    async start(how) {
      const server = launch(how);
      let exit: Exit | undefined;
      void server.waitForExit(2 ** 31 - 1).then((how) => (exit = how));
      await waitFor(() => exit !== undefined || serves(server), { timeoutMs: START_TIMEOUT_MS });
      if (serves(server)) return server;
      throw new Error(`The server did not start: ${server.stdout}${server.stderr}`);
    },
    async run(how) {
      const server = launch(how);
      return Object.assign(server, await server.waitForExit(START_TIMEOUT_MS));
    },
    async killAll() {
      process.off('exit', killNow);
      killNow();
      await Promise.all([...running].map((each) => each.waitForExit()));
    },
  };
}

/** Whether it has told its address. */
export function serves(server: ServerProcess): server is RunningServer {
  return server.address !== undefined;
}

/** The API's address, or a worker's that has health alone. */
function addressIn(banner: string): string | undefined {
  return /(?:Address|Health) +(http:\/\/[^\s/]+)/.exec(banner)?.[1];
}

function spawnServer({ env, by = 'node', main = MAIN, args }: Launch): ServerProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const [program, words, cwd] =
    by === 'npm'
      ? ['npm', args ?? ['start'], PROJECT]
      : // In a folder that has no .env.
        [process.execPath, ['--enable-source-maps', main, ...(args ?? [])], tmpdir()];
  const child = spawn(program, words, {
    cwd,
    // As package.json has it: one thread that waits for a name must not hold up the others.
    env: {
      PATH,
      HOME,
      TMPDIR,
      NODE_ENV: 'production',
      UV_THREADPOOL_SIZE: '32',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let exit: Exit | undefined;
  // Not "exit": what it said last must have come.
  child.once('close', (code, signal) => (exit = { code, signal }));

  const log = () =>
    lines()
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line): LogLine => JSON.parse(line));
  const lines = () => stderr.split('\n').filter((line) => line !== '');
  return {
    pid,
    get address() {
      return addressIn(stdout);
    },
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    get complaints() {
      return lines().filter((line) => !line.startsWith('{'));
    },
    get log() {
      return log();
    },
    get warnings() {
      return log().flatMap(({ level, msg }) => (level >= 40 ? msg : []));
    },
    kill: (signal) => void child.kill(signal),
    killGroup(signal) {
      try {
        process.kill(-pid, signal);
      } catch {
        // The whole group has ended.
      }
    },
    waitForExit: (timeoutMs = STOP_TIMEOUT_MS) => waitFor(() => exit, { timeoutMs }),
  };
}
