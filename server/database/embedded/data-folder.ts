import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lockFolder } from './folder-lock.ts';
import { faultCode, StartupError } from '../../faults/startup-error.ts';

/** The folder in which embedded mode keeps everything; ours alone until it is closed. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** 32 bytes under which secrets are encrypted: the given ones, or those made at the first start and kept. */
  readonly secretKey: Buffer;
  /** Lets the next process in. */
  close(): Promise<void>;
}

const KEY_BYTES = 32;

/** Where in the folder the embedded PostgreSQL keeps its cluster. */
export const POSTGRES_FOLDER = 'postgres';

/**
 * Makes the folder where it is missing, locks it for this process, and reads the secret key.
 * @throws StartupError if it can't be written, if another process runs in it ("NEXUS Webhooks is
 * already running in …"), or if the key it holds is none or is gone.
 */
export async function openDataFolder(
  dir: string,
  { givenKey = null }: { givenKey?: Buffer | null } = {},
): Promise<DataFolder> {
  const path = resolve(dir);
  try {
    await makeFolder(path);
    await tryWriting(path);
    const lock = await lockFolder(path);
    try {
      const secretKey = await keyOf(path, givenKey);
      return { path, secretKey, close: () => lock.release() };
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

async function keyOf(folder: string, givenKey: Buffer | null): Promise<Buffer> {
  const path = join(folder, 'secret-key');
  const keptKey = await readKey(path);
  if (givenKey !== null) {
    if (keptKey === null || keptKey.equals(givenKey)) return givenKey;
    throw new StartupError(
      `SECRET_KEY is not the key in ${path}, under which the secrets in this folder are encrypted: unset SECRET_KEY, or name another folder in DATA_DIR`,
    );
  }
  if (keptKey !== null) return keptKey;
  if (existsSync(join(folder, POSTGRES_FOLDER))) {
    throw new StartupError(
      `${path} is missing, and the database beside it holds secrets that only this key opens: restore it from a backup, set SECRET_KEY to it, or remove ${folder} to start anew`,
    );
  }
  return makeKey(path);
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

/** On disk before it is used: what is encrypted under a key that was lost is lost. */
async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(`${key.toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  return key;
}
