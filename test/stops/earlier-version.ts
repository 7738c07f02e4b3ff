import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MIGRATIONS = 'prisma/migrations';

/** A version of this project, built in a folder of its own. */
export interface BuiltVersion {
  /** The last migration that it knows. */
  migration: string;
  /** Its program. */
  main: string;
  remove(): Promise<void>;
}

async function git(...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: PROJECT });
  return stdout.trim();
}

/** The commit before the newest migration; null where there is no history that goes so far back. */
export async function commitBeforeNewestMigration(): Promise<string | null> {
  const names = await readdir(join(PROJECT, MIGRATIONS));
  const newest =
    names
      .filter((name) => /^\d/.test(name))
      .toSorted()
      .at(-1) ?? '';
  const path = `${MIGRATIONS}/${newest}/migration.sql`;
  const added = await git('log', '-1', '--format=%H', '--diff-filter=A', '--', path).catch(
    () => '',
  );
  if (added === '') return null;
  return git('rev-parse', '--verify', '--quiet', `${added}^`).catch(() => null);
}

/** Builds what stood at a commit, with the packages of its own lock. */
export async function buildVersion(commit: string): Promise<BuiltVersion> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-earlier-'));
  const archive = join(folder, 'archive.tar');
  await git('archive', '--output', archive, commit);
  await run('tar', ['-xf', archive, '-C', folder]);
  await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
  await run(process.execPath, ['scripts/build.mjs'], { cwd: folder });
  const migrations = await readdir(join(folder, MIGRATIONS));
  return {
    migration:
      migrations
        .filter((name) => /^\d/.test(name))
        .toSorted()
        .at(-1) ?? '',
    main: join(folder, 'dist/server/main.js'),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
