import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait.ts';

/** A folder for an embedded server's DATA_DIR. */
export interface TestDataFolder {
  readonly path: string;
  /** The processes at home in it, or told of it: its PostgreSQL's. Empty where there is no /proc. */
  processes(): Promise<number[]>;
  /** Waits until nothing runs in it, and removes it. */
  remove(): Promise<void>;
}

export async function makeDataFolder(): Promise<TestDataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'nexus-data-'));

  async function isIn(pid: string): Promise<boolean> {
    const [home, words] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ]);
    return home.startsWith(path) || words.includes(path);
  }

  async function processes(): Promise<number[]> {
    const names = await readdir('/proc').catch(() => []);
    const pids = names.filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(pids.map(isIn));
    return pids.filter((_, index) => found[index]).map(Number);
  }

  return {
    path,
    processes,
    async remove() {
      await waitFor(async () => (await processes()).length === 0);
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
