import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from '../../server/database/embedded/data-folder.ts';
import { StartupError } from '../../server/faults/startup-error.ts';
import { startChildNode, type ChildNodeOptions } from '../support/installation/child-node.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'nexus-data-folder-'));
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** Opens the folder in a process of its own, which says how that went and stays. */
function openInChild(folder: string, options?: ChildNodeOptions) {
  return startChildNode(
    `import { openDataFolder } from './server/database/embedded/data-folder.ts';
     openDataFolder(${JSON.stringify(folder)}).then(
       () => console.log('opened'),
       (error) => console.log(error.name + ': ' + error.message),
     );
     process.stdin.resume();`,
    options,
  );
}

test('makes the folder and a key that stays the same', async () => {
  const path = join(parent, 'a', 'b');
  const first = await openDataFolder(path);
  expect(first.path).toBe(path);
  expect(first.secretKeys).toHaveLength(1);
  expect(first.secretKeys[0]).toHaveLength(32);
  await first.close();

  const keyFile = join(path, 'secret-key');
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  await chmod(keyFile, 0o644);
  const second = await openDataFolder(path);
  expect(second.secretKeys).toEqual(first.secretKeys);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  await second.close();
});

test('a second start is refused with the number of the first, which goes on', async () => {
  const folder = await openDataFolder(parent);
  const child = openInChild(parent);
  expect(await child.nextLine()).toMatch(
    `StartupError: NEXUS Webhooks is already running in ${parent} (process ${process.pid})`,
  );
  child.endInput();
  await child.exited;
  await expect(openDataFolder(parent)).rejects.toThrow(StartupError);
  await folder.close();
});

test('the lock of a killed process is free at once', async () => {
  const child = openInChild(parent);
  expect(await child.nextLine()).toBe('opened');
  await expect(openDataFolder(parent)).rejects.toThrow(`(process ${child.pid})`);
  child.kill('SIGKILL');
  await child.exited;
  const folder = await openDataFolder(parent);
  await folder.close();
});

test('a lock file that names a process which is alive but holds no lock keeps nobody out', async () => {
  await writeFile(join(parent, 'lock'), `${process.ppid}\n`);
  const folder = await openDataFolder(parent);
  expect(await readFile(join(parent, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  await folder.close();
});

test('of many starts at the same moment exactly one wins', async () => {
  const starts = await Promise.allSettled(
    Array.from({ length: 8 }, () => openDataFolder(join(parent, 'new'))),
  );
  const won = starts.filter((start) => start.status === 'fulfilled');
  expect(won).toHaveLength(1);

  const children = Array.from({ length: 3 }, () => openInChild(join(parent, 'other')));
  const lines = await Promise.all(children.map((child) => child.nextLine()));
  expect(lines.filter((line) => line === 'opened')).toHaveLength(1);
  expect(lines.filter((line) => line.includes('already running'))).toHaveLength(2);
  children.forEach((child) => child.endInput());
  await Promise.all([...children.map((child) => child.exited), won[0]?.value.close()]);
});

test('a key that is none is refused, not replaced', async () => {
  await writeFile(join(parent, 'secret-key'), 'c2hvcnQ=\n');
  await expect(openDataFolder(parent)).rejects.toThrow(/secret-key does not hold a key/);
  expect(await readFile(join(parent, 'secret-key'), 'utf8')).toBe('c2hvcnQ=\n');
  await expect(openDataFolder(parent)).rejects.toThrow(/secret-key/);
});

test('a key that is gone from beside its database is not made anew', async () => {
  await mkdir(join(parent, 'postgres'));
  await expect(openDataFolder(parent)).rejects.toThrow(/secret-key is missing, .* restore it/);
  const givenKeys = [Buffer.alloc(32, 7)] as const;
  const folder = await openDataFolder(parent, { givenKeys });
  expect(folder.secretKeys).toBe(givenKeys);
  await folder.close();
});

test('another key than the one that the folder keeps is refused', async () => {
  const first = await openDataFolder(parent);
  const { secretKeys } = first;
  await first.close();
  const again = await openDataFolder(parent, {
    givenKeys: [Buffer.alloc(32, 8), Buffer.from(secretKeys[0])],
  });
  await again.close();
  await expect(openDataFolder(parent, { givenKeys: [Buffer.alloc(32, 7)] })).rejects.toThrow(
    /^SECRET_KEY is not the key in .*secret-key/,
  );
});

test('a change of the key that is cut off leaves both, and goes on with the same', async () => {
  const first = await openDataFolder(parent);
  const [next, ...before] = await first.changedKeys();
  expect(before).toEqual(first.secretKeys);
  await first.close();
  const second = await openDataFolder(parent);
  expect(second.secretKeys).toEqual([...first.secretKeys, next]);
  expect(await second.changedKeys()).toEqual([next, ...first.secretKeys]);
  await second.adopt(next);
  await second.close();
  const third = await openDataFolder(parent);
  expect(third.secretKeys).toEqual([next]);
  await third.close();
});

test('a folder that is a file is refused in one line', async () => {
  const path = join(parent, 'file');
  await writeFile(path, '');
  await expect(openDataFolder(path)).rejects.toThrow(
    /^The data folder .*file can't be used \(EEXIST\): make it a folder .* DATA_DIR$/,
  );
});

test('a folder that cannot be written is refused in one line', async () => {
  const path = join(parent, 'read-only');
  await mkdir(path);
  await chmod(path, 0o555);
  const expected = /^The data folder .*read-only can't be used \(EACCES\): .* DATA_DIR$/;
  if (process.getuid?.() !== 0) {
    await expect(openDataFolder(path)).rejects.toThrow(expected);
    return;
  }
  // Root may write everywhere: somebody else has to try.
  await chmod(parent, 0o755);
  await chown(path, 65_534, 65_534);
  const child = openInChild(path, { uid: 65_534, gid: 65_534 });
  const line = await child.nextLine();
  expect(line.replace('StartupError: ', '')).toMatch(expected);
  child.endInput();
  await child.exited;
});
