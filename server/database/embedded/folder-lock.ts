import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from './process-life.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

/** Keeps every other process out of a folder until it is released, or this process has ended. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Locks a folder for this process. The lock is the operating system's, which frees it when the
 * process is gone, however it went: no lock is ever stale, and of two that come at the same moment
 * exactly one gets it. A file in the folder holds the number of the process, for the messages to others.
 * @throws StartupError if another process (or this one) has the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock');
  // Programs that we start don't inherit it: they may outlive us by a moment.
  const file = openSync(path, 'a+', 0o600);
  try {
    const listener = lockFile(file) ?? (await listen(folder));
    if (listener === 'taken') throw await alreadyRunning(folder, path);
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`);
    return {
      async release() {
        ftruncateSync(file);
        closeSync(file);
        if (listener !== 'locked') await new Promise((done) => listener.close(done));
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Node has no flock(2), but a lock belongs to the open file, not to the process that asked for it:
 * a program that is given our file locks it for us, and the lock stays when that program ends.
 */
const LOCKERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['flock', '-n', '3'],
  ['perl', '-e', 'open(F, "+<&=3") or exit 2; exit(flock(F, 2 | 4) ? 0 : 1)'],
];

/** Undefined where no program can lock it. */
function lockFile(file: number): 'locked' | 'taken' | undefined {
  if (process.platform === 'win32') return undefined;
  for (const [program, ...args] of LOCKERS) {
    const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore', file] });
    if (status === 0) return 'locked';
    if (status === 1) return 'taken';
  }
  return undefined;
}

/** A name to listen on is the system's to give and to free too, but holds for one machine only. */
async function listen(folder: string): Promise<Server | 'taken'> {
  const { dev, ino } = statSync(folder, { bigint: true });
  const id = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32);
  const namespace = { linux: '\0', win32: '\\\\.\\pipe\\' }[String(process.platform)];
  if (namespace === undefined) {
    throw new StartupError(
      `The data folder ${folder} can't be locked: install perl or flock, or set DATABASE_URL to a PostgreSQL of your own`,
    );
  }
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (faultCode(error) === 'EADDRINUSE') resolve('taken');
      else reject(error);
    });
    server.listen(`${namespace}nexus-webhooks-${id}`, () => resolve(server.unref()));
  });
}

const PID_TIMEOUT_MS = 500;

async function alreadyRunning(folder: string, path: string): Promise<StartupError> {
  // Who has won the lock a moment ago may still be about to write its number.
  const until = Date.now() + PID_TIMEOUT_MS;
  let pid = '';
  while (pid === '' && Date.now() < until) {
    const written = readFileSync(path, 'utf8').trim();
    if (isAlive(Number(written))) pid = written;
    else await wait(20);
  }
  return new StartupError(
    `NEXUS Webhooks is already running in ${folder} (process ${pid || 'unknown'}): use that one, stop it, or name another folder in DATA_DIR`,
  );
}
