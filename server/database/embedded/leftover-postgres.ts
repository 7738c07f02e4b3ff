import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { isAlive } from './process-life.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

const run = promisify(execFile);

const FAST_STOP_MS = 20_000;
const KILL_MS = 5_000;
const POLL_MS = 25;

/**
 * Stops the server that an earlier, killed process left on this cluster or is still taking down.
 * The caller holds the folder's lock: nobody else uses that server.
 * @throws StartupError if it does not end.
 */
export async function endLeftover(cluster: string, logger: Logger): Promise<void> {
  const pid = await serverPid(cluster);
  if (pid === null) return;
  if (!(await servesCluster(pid, cluster))) {
    // PostgreSQL would take any process of this number for its server, and refuse to start.
    if (process.platform !== 'win32' && isAlive(pid)) await rm(join(cluster, 'postmaster.pid'));
    return;
  }
  logger.info({ pid }, 'embedded.leftover_postgres_stopping');
  // Fast: disconnects clients, keeps what was committed. Immediate: as a crash, recovered at start.
  for (const [signal, patience] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', KILL_MS],
  ] as const) {
    signalProcess(pid, signal);
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (!(await servesCluster(pid, cluster))) return;
      await wait(POLL_MS);
    }
  }
  throw new StartupError(
    `A PostgreSQL of an earlier start still runs in ${cluster} and does not end: stop process ${pid} and start again`,
  );
}

/** Ends the server on this cluster at once (SIGQUIT): it recovers from its log at the next start. */
export async function killServer(cluster: string): Promise<void> {
  const pid = await serverPid(cluster);
  if (pid !== null && (await servesCluster(pid, cluster))) signalProcess(pid, 'SIGQUIT');
}

async function serverPid(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : null;
}

/** Numbers are used again, so that the process must also be at home in the cluster's folder. */
async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      const [home, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(cluster)]);
      return home.dev === folder.dev && home.ino === folder.ino;
    }
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes('postgres') && stdout.includes(cluster);
  } catch {
    return false;
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (faultCode(error) !== 'ESRCH') throw error;
  }
}
