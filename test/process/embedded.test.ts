import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createApiClient } from '../support/installation/api-client.ts';
import { makeDataFolder, type TestDataFolder } from '../support/installation/data-folder.ts';
import { createLauncher, type RunningServer } from '../support/installation/server-process.ts';
import { waitFor } from '../support/wait.ts';

const VIEWER = '{ viewer { tenant { name } apiKey { role } } }';
const hasProc = existsSync('/proc/self/cwd');

/** Some starts and stops each, on a machine that may be busy. */
const TIMEOUT_MS = 120_000;

const servers = createLauncher();
const folders: TestDataFolder[] = [];

afterAll(async () => {
  await servers.killAll();
  await Promise.all(folders.map((folder) => folder.remove()));
}, TIMEOUT_MS);

async function newFolder(): Promise<TestDataFolder> {
  const folder = await makeDataFolder();
  folders.push(folder);
  return folder;
}

function keyIn(server: RunningServer): string | undefined {
  return /Admin key +(\S+)/.exec(server.stdout)?.[1];
}

const roleOf = async (server: RunningServer, key: string) => {
  const { viewer } = await createApiClient(server.address, key).ask<{
    viewer: { apiKey: { role: string } };
  }>(VIEWER);
  return viewer.apiKey.role;
};

/** The code of the link that signs in. */
function signInCodeIn({ address, stdout }: RunningServer): string {
  expect(stdout).toContain(`  Web app    ${address}/\n`);
  const [, page, code = ''] = /Sign in +(\S+)#code=([\w-]{43})\n/.exec(stdout) ?? [];
  expect(page).toBe(`${address}/sign-in`);
  return code;
}

async function signIn({ address }: RunningServer, signInCode: string) {
  const response = await fetch(`${address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signInCode }),
  });
  const { role } = (await response.json()) as { role?: string };
  return { status: response.status, ...(role !== undefined && { role }) };
}

const timesSaid = (server: RunningServer, msg: string) =>
  server.log.filter((line) => line.msg === msg).length;

describe.concurrent('embedded', () => {
  test(
    'npm start tells where it is, and a key the first time; a signal to npm ends all of it',
    async () => {
      const folder = await newFolder();
      const env = { DATA_DIR: folder.path };

      const first = await servers.start({ by: 'npm', env });
      const key = keyIn(first);
      if (key === undefined) throw new Error(`The banner shows no key: ${first.stdout}`);
      expect(await roleOf(first, key)).toBe('ADMIN');
      const [, graphiql] = /GraphiQL +(\S+)/.exec(first.stdout) ?? [];
      const page = await fetch(graphiql ?? '', { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      if (hasProc) expect(await folder.processes()).not.toEqual([]);

      const code = signInCodeIn(first);
      const answers = [await signIn(first, code), await signIn(first, code)];
      expect(answers).toEqual([{ status: 200, role: 'ADMIN' }, { status: 401 }]);
      first.kill('SIGTERM');
      expect(await first.waitForExit()).toEqual({ code: 0, signal: null });
      expect(await folder.processes()).toEqual([]);
      await expect(fetch(`${first.address}/health/live`)).rejects.toThrow();

      const second = await servers.start({ by: 'npm', env });
      expect(keyIn(second)).toBeUndefined();
      expect(await roleOf(second, key)).toBe('ADMIN');
      expect(await signIn(second, signInCodeIn(first))).toEqual({ status: 401 });
      expect(await signIn(second, signInCodeIn(second))).toEqual({ status: 200, role: 'ADMIN' });
      expect(second.stderr).not.toContain(signInCodeIn(second));

      second.killGroup('SIGTERM');
      second.killGroup('SIGINT');
      expect(await second.waitForExit()).toEqual({ code: 0, signal: null });
      expect(timesSaid(second, 'process.stopping')).toBe(1);
      expect(timesSaid(second, 'process.stopped')).toBe(1);
      expect(await folder.processes()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'BOOTSTRAP_API_KEY is the key, and is not shown; a second start leaves the first alone',
    async () => {
      const folder = await newFolder();
      const key = 'a-key-of-my-own-choice';
      const env = { DATA_DIR: folder.path, BOOTSTRAP_API_KEY: key };

      const first = await servers.start({ env });
      expect(keyIn(first)).toBeUndefined();
      expect(first.stdout + first.stderr).not.toContain(key);
      expect(await roleOf(first, key)).toBe('ADMIN');

      const second = await servers.run({ env });
      expect(second.code).toBe(1);
      expect(second.stdout).toBe('');
      expect(second.stderr.trim().split('\n')).toEqual([
        expect.stringContaining(`already running in ${folder.path} (process ${first.pid})`),
      ]);
      expect(await roleOf(first, key)).toBe('ADMIN');
      expect(first.log.filter(({ level }) => level >= 40)).toEqual([]);

      first.kill('SIGINT');
      expect(await first.waitForExit()).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );

  test(
    'a signal during the start ends it in order',
    async () => {
      const folder = await newFolder();
      const starting = servers.launch({ env: { DATA_DIR: folder.path } });
      await waitFor(() => starting.log.length > 0, { timeoutMs: 60_000 });
      starting.kill('SIGTERM');
      expect(await starting.waitForExit()).toEqual({ code: 0, signal: null });
      expect(starting.stdout).toBe('');
      expect(await folder.processes()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test.runIf(hasProc)(
    'a PostgreSQL that dies takes the server with it, which says so, and a new start works',
    async () => {
      const folder = await newFolder();
      const env = { DATA_DIR: folder.path };
      const server = await servers.start({ env });
      const key = keyIn(server) ?? '';
      const pidFile = join(folder.path, 'postgres', 'cluster', 'postmaster.pid');
      process.kill(Number.parseInt(await readFile(pidFile, 'utf8'), 10), 'SIGKILL');

      expect(await server.waitForExit()).toEqual({ code: 1, signal: null });
      expect(timesSaid(server, 'process.cannot_go_on')).toBe(1);
      const next = await servers.start({ env });
      expect(await roleOf(next, key)).toBe('ADMIN');
      next.kill('SIGTERM');
      expect(await next.waitForExit()).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );
});
