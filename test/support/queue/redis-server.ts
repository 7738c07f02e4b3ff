import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { spawnGuarded } from '../../../server/database/embedded/guarded-process.ts';
import { freePort } from '../free-port.ts';
import { waitFor } from '../wait.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a Redis, on a free port where none is given; it keeps nothing on disk unless it is told to. */
export async function startRedisServer(
  folder: string,
  {
    port: atPort,
    appendOnly = false,
    replicaOf,
  }: { port?: number; appendOnly?: boolean; replicaOf?: RedisServer } = {},
): Promise<RedisServer> {
  await promisify(execFile)('redis-server', ['--version']).catch(() => {
    throw new Error(
      'The tests need redis-server (7 or newer) on the PATH: install it with "apt-get install redis-server" (Debian, Ubuntu) or "brew install redis" (macOS)',
    );
  });
  const port = atPort ?? (await freePort());
  const server = spawnGuarded(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', appendOnly ? 'yes' : 'no'],
      ...['--maxmemory-policy', 'noeviction'],
      ...(replicaOf ? ['--replicaof', `127.0.0.1 ${replicaOf.port}`] : []),
    ],
    { cwd: folder, env: process.env },
  );
  server.stderr.resume();
  const url = `redis://127.0.0.1:${port}`;
  let ended: string | undefined;
  void server.exited.then((how) => (ended = how));
  await waitFor(async () => ended !== undefined || (await answers(url)));
  if (ended !== undefined) throw new Error(`redis-server did not start: it ended with ${ended}`);
  return {
    url,
    port,
    async stop() {
      server.end();
      await server.exited;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
