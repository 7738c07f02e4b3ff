import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries, SystemUser } from './binaries.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

const run = promisify(execFile);

/** The database user that owns an embedded cluster. */
export const CLUSTER_USER = 'nexus';

/** A PostgreSQL data directory and the password of its owner. */
export interface Cluster {
  readonly path: string;
  readonly password: string;
}

/** All that a program of PostgreSQL sees of an environment: the same wherever it is started. */
export const postgresEnvironment: Readonly<NodeJS.ProcessEnv> = { LC_ALL: 'C', TZ: 'UTC' };

/**
 * How a program is given the path of the cluster. As another user it may not be able to walk there
 * (a folder under /root), but the system lets it stay where it was put: we enter the folder, then
 * give up root, and the program finds it as its own working directory.
 */
export function clusterLocation(
  path: string,
  user: SystemUser | undefined,
): { cwd: string; argument: string } {
  const byWorkingDirectory = user !== undefined && process.platform === 'linux';
  return { cwd: path, argument: byWorkingDirectory ? '/proc/self/cwd' : path };
}

/**
 * Opens the cluster in `dataDir`, and makes it first where there is none. A cluster is made under
 * another name and renamed when it is whole, so that a kill on the way leaves nothing half done.
 * @throws StartupError if it was made by another version, or its password is lost.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<Cluster> {
  const path = join(dataDir, 'cluster');
  const passwordFile = join(dataDir, 'password');
  const version = await readFile(join(path, 'PG_VERSION'), 'utf8').catch(ifMissing);
  if (version === undefined) {
    const password = randomBytes(24).toString('base64url');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await makeCluster(dataDir, path, password, binaries, user);
    return { path, password };
  }
  if (version.trim() !== binaries.majorVersion) {
    throw new StartupError(
      `${path} was made by PostgreSQL ${version.trim()}, but PostgreSQL ${binaries.majorVersion} is installed: start with the version of NEXUS Webhooks that made it, or move it over with pg_dump`,
    );
  }
  const password = await readFile(passwordFile, 'utf8').catch(ifMissing);
  if (password === undefined) {
    throw new StartupError(`${passwordFile} is missing: restore it from the backup of ${path}`);
  }
  return { path, password: password.trim() };
}

async function makeCluster(
  dataDir: string,
  path: string,
  password: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('unfinished-'))
      await rm(join(dataDir, name), { recursive: true, force: true });
  }
  const unfinished = join(dataDir, `unfinished-${randomUUID()}`);
  // initdb reads the password as its own user, who may not be able to reach `dataDir`.
  const handover = await mkdtemp(join(tmpdir(), 'nexus-webhooks-'));
  try {
    const passwordFile = join(handover, 'password');
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) {
      for (const each of [unfinished, handover, passwordFile])
        await chown(each, user.uid, user.gid);
    }
    const { cwd, argument } = clusterLocation(unfinished, user);
    const settings = [
      `--pgdata=${argument}`,
      `--username=${CLUSTER_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--no-instructions',
    ];
    await run(binaries.initdb, settings, { ...user, cwd, env: postgresEnvironment });
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    throw new StartupError(
      `The embedded PostgreSQL could not make its files in ${dataDir} (${said.trim().split('\n').slice(-1).join()}): mend that, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    );
  } finally {
    await rm(handover, { recursive: true, force: true });
  }
}

function ifMissing(error: unknown): undefined {
  if (faultCode(error) !== 'ENOENT') throw error;
}
