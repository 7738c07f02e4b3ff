import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Something that is loaded into the product's processes, and leaves a file for each when it ends. */
export interface Hook {
  /** For the processes. */
  readonly env: Readonly<Record<string, string>>;
  /** What was left, by the file's name; it is gone then. */
  collect(): Promise<[name: string, text: string][]>;
}

/** @param file of this folder, as a module that Node can load. */
export async function createHook(file: string): Promise<Hook> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-hook-'));
  return {
    env: {
      NODE_OPTIONS: `--import ${new URL(file, import.meta.url).href}`,
      NEXUS_BENCH_FOLDER: folder,
    },
    async collect() {
      const names = (await readdir(folder)).toSorted();
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      await rm(folder, { recursive: true, force: true });
      return names.map((name, index) => [name, texts[index] ?? '']);
    },
  };
}
