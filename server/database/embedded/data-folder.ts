import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lockFolder } from './folder-lock.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';
import type { SecretKeys } from '../../domain/sealed-secret.ts';

/** The folder in which embedded mode keeps everything; ours alone until it is closed. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** Under which secrets are encrypted: the given ones, or the one that was made at the first start and is kept. */
  readonly secretKeys: SecretKeys;
  /**
   * The keys with a new one in front: the given ones, where several are given; or one that is made here, and kept
   * beside the present one until {@link adopt} is called.
   */
  changedKeys(): Promise<SecretKeys>;
  /** Keeps this key in place of the present one, for all is encrypted under it. */
  adopt(key: Buffer): Promise<void>;
  /** Lets the next process in. */
  close(): Promise<void>;
}

const KEY_BYTES = 32;
const KEY = 'secret-key';
/** The key that comes after it, while secrets are encrypted anew. */
const NEXT_KEY = 'secret-key.next';

/** Where in the folder the embedded PostgreSQL keeps its cluster. */
export const POSTGRES_FOLDER = 'postgres';

/**
 * Makes the folder where it is missing, locks it for this process, and reads the secret key.
 * @throws StartupError if it can't be written, if another process runs in it ("NEXUS Webhooks is
 * already running in …"), or if the key it holds is none or is gone.
 */
export async function openDataFolder(
  dir: string,
  { givenKeys = null }: { givenKeys?: SecretKeys | null } = {},
): Promise<DataFolder> {
  const path = resolve(dir);
  try {
    await makeFolder(path);
    await tryWriting(path);
    const lock = await lockFolder(path);
    try {
      const secretKeys = await keysOf(path, givenKeys);
      return {
        path,
        secretKeys,
        async changedKeys() {
          if (givenKeys !== null) return givenKeys;
          const next =
            (await readKey(join(path, NEXT_KEY))) ?? (await makeKey(join(path, NEXT_KEY)));
          return [next, ...secretKeys.filter((key) => !key.equals(next))];
        },
        async adopt(key) {
          const isKept = (await readKey(join(path, KEY))) !== null;
          if (isKept || givenKeys === null) await writeKey(join(path, KEY), key);
          await rm(join(path, NEXT_KEY), { force: true });
        },
        close: () => lock.release(),
      };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (cause) {
    const code = faultCode(cause);
    if (cause instanceof StartupError || code === undefined) throw cause;
    throw new StartupError(
      `The data folder ${path} can't be used (${code}): make it a folder that this user can write to, or name another one in DATA_DIR`,
      { cause },
    );
  }
}

/**
 * Node's own recursive mkdir tries for ever, at full load, where a parent that exists gives
 * ENOENT: below /proc, for one.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (await isFolder(path)) return;
    const parent = dirname(path);
    const lacksParent = faultCode(error) === 'ENOENT' && parent !== path;
    if (!lacksParent || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await makeFolder(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

async function tryWriting(folder: string): Promise<void> {
  const probe = join(folder, `probe-${process.pid}`);
  await writeFile(probe, 'x');
  await rm(probe);
}

async function keysOf(folder: string, givenKeys: SecretKeys | null): Promise<SecretKeys> {
  const path = join(folder, KEY);
  const keptKey = await readKey(path);
  if (givenKeys !== null) {
    if (keptKey === null || givenKeys.some((key) => key.equals(keptKey))) return givenKeys;
    throw new StartupError(
      `SECRET_KEY is not the key in ${path}, under which the secrets in this folder are encrypted: unset SECRET_KEY, or name another folder in DATA_DIR`,
    );
  }
  if (keptKey !== null) {
    // A change of the key that was cut off: some may be under the next one already.
    const nextKey = await readKey(join(folder, NEXT_KEY));
    return nextKey === null ? [keptKey] : [keptKey, nextKey];
  }
  if (existsSync(join(folder, POSTGRES_FOLDER))) {
    throw new StartupError(
      `${path} is missing, and the database beside it holds secrets that only this key opens: restore it from a backup, set SECRET_KEY to it, or remove ${folder} to start anew`,
    );
  }
  return [await makeKey(path)];
}

async function readKey(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (faultCode(error) !== 'ENOENT') throw error;
  });
  if (text === undefined) return null;
  if ((await stat(path)).mode & 0o077) await chmod(path, 0o600);
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) {
    throw new StartupError(
      `${path} does not hold a key (${KEY_BYTES} bytes in base64): restore it from a backup, for nothing else decrypts the secrets of the webhooks`,
    );
  }
  return key;
}

async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await writeKey(path, key);
  return key;
}

/** On disk before it is used: what is encrypted under a key that was lost is lost. */
async function writeKey(path: string, key: Buffer): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(`${key.toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
