import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import type { ApiClient } from '../support/installation/api-client.ts';
import { platformOn } from '../support/installation/platform.ts';
import {
  makeServedProcesses,
  type ServedProcesses,
} from '../support/installation/served-processes.ts';
import type { RunningServer } from '../support/installation/server-process.ts';
import { expired, selfSigned } from '../support/receiver/certificate.ts';
import { listen } from '../support/receiver/raw-server.ts';

const TIMEOUT_MS = 1_000;
/** What an attempt may take beyond its timeout. */
const MARGIN_MS = 500;
const GIGABYTE = 2 ** 30;

/** What a receiver does with a connection, from the first byte of a request on. */
type Conduct = (socket: Socket) => void;

interface Hostile {
  conduct: Conduct;
  errorCode: string | null;
  statusCode: number | null;
}

const OK = 'HTTP/1.1 200 OK\r\n';

/** Says so much again and again, as fast as it is read. */
const endlessly =
  (head: string, again: string | Buffer): Conduct =>
  (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(again));
    };
    socket.on('drain', more);
    socket.write(head);
    more();
  };

const dripping =
  (head: string, drop: string): Conduct =>
  (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(drop), 50);
    socket.once('close', () => clearInterval(timer));
  };

/** Says so much, and breaks the connection. */
const resetAfter =
  (said: string): Conduct =>
  (socket) => {
    if (said === '') socket.resetAndDestroy();
    else socket.write(said, () => socket.resetAndDestroy());
  };

const says =
  (said: string | Buffer): Conduct =>
  (socket) =>
    void socket.write(said);

/** A small body that grows to a gigabyte where somebody unpacks it. */
const bomb = (coding: string, packed: Buffer): Conduct =>
  says(
    Buffer.concat([
      Buffer.from(
        `${OK}content-encoding: ${coding}\r\ncontent-length: ${packed.length}\r\n\r\n`,
        'latin1',
      ),
      packed,
    ]),
  );

const timesOut = (statusCode: number | null = null) => ({ errorCode: 'TIMEOUT', statusCode });
const breaks = (statusCode: number | null = null) => ({ errorCode: 'CONNECTION', statusCode });
const invalid = (statusCode: number | null = null) => ({
  errorCode: 'INVALID_RESPONSE',
  statusCode,
});
const succeeds = { errorCode: null, statusCode: 200 };

const hostile: Record<string, Hostile> = {
  hangs: { conduct: () => undefined, ...timesOut() },
  'drips its headers': { conduct: dripping(OK, 'x-a: b\r\n'), ...timesOut() },
  'drips its status': { conduct: dripping('HTTP/1.1 200 O', 'K'), ...timesOut() },
  'drips its body': {
    conduct: dripping(`${OK}content-length: 9999\r\n\r\n`, '.'),
    ...timesOut(200),
  },
  'drips chunks': {
    conduct: dripping(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\n.\r\n'),
    ...timesOut(200),
  },
  'says 100 without end': { conduct: endlessly('', 'HTTP/1.1 100 Continue\r\n\r\n'), ...invalid() },
  'says 103 without end': {
    conduct: endlessly('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    ...invalid(),
  },
  'has 200 KB of headers': {
    conduct: says(`${OK}${`x-h: ${'a'.repeat(1_000)}\r\n`.repeat(200)}\r\n`),
    ...invalid(),
  },
  'has headers without end': { conduct: endlessly(OK, 'x-a: b\r\n'), ...invalid() },
  'resets before it answers': { conduct: resetAfter(''), ...breaks() },
  'resets in its status': { conduct: resetAfter('HTTP/1.1 20'), ...breaks() },
  'resets in its headers': { conduct: resetAfter(`${OK}content-le`), ...breaks() },
  'resets in its body': {
    conduct: resetAfter(`${OK}content-length: 50\r\n\r\nshort`),
    ...breaks(200),
  },
  'has two lengths that differ': {
    conduct: says(`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nokk`),
    ...invalid(),
  },
  'has a length below zero': { conduct: says(`${OK}content-length: -1\r\n\r\n`), ...invalid() },
  'begins its status twice': { conduct: says('HHTTP/1.1 200 OK\r\n\r\n'), ...invalid() },
  'speaks garbage': { conduct: says(Buffer.alloc(500, 0xfe)), ...invalid() },
  'speaks TLS where none is asked for': {
    conduct: says(Buffer.from('150301000202', 'hex')),
    ...invalid(),
  },
  'answers 999': {
    conduct: says('HTTP/1.1 999 So What\r\ncontent-length: 0\r\n\r\n'),
    errorCode: 'HTTP_STATUS',
    statusCode: 999,
  },
  'answers 101': {
    conduct: says('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ...invalid(),
  },
  'has a body shorter than it says': {
    conduct: (socket) => void socket.end(`${OK}content-length: 50\r\n\r\nshort`),
    ...breaks(200),
  },
  'has a body of a gigabyte': {
    conduct: endlessly(`${OK}content-length: ${GIGABYTE}\r\n\r\n`, Buffer.alloc(65_536, 'x')),
    ...succeeds,
  },
  'has a body without end': {
    conduct: endlessly(`${OK}connection: close\r\n\r\n`, Buffer.alloc(65_536, 'x')),
    ...succeeds,
  },
  'sends a gzip bomb': {
    conduct: bomb('gzip', gzipSync(Buffer.alloc(10_000_000))),
    ...succeeds,
  },
  'sends a brotli bomb': {
    conduct: bomb('br', brotliCompressSync(Buffer.alloc(10_000_000))),
    ...succeeds,
  },
};

const servers: Server[] = [];
const sockets = new Set<Socket>();
let folder: string;
let served: ServedProcesses;
let api: RunningServer;
let worker: RunningServer;
let client: ApiClient;

const keep = (socket: Socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
};

async function serve(conduct: Conduct): Promise<string> {
  const server = createServer((socket) => {
    keep(socket);
    socket.once('data', () => conduct(socket));
  });
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}/`;
}

/** Answers over TLS, with this certificate; where it has none, it takes connections and says nothing. */
async function serveTls(pem: string | null): Promise<string> {
  const server =
    pem === null
      ? createServer(keep)
      : createTlsServer({ key: pem, cert: pem }, (socket) => {
          keep(socket);
          socket.once('data', () => socket.end(`${OK}content-length: 0\r\n\r\n`));
        });
  server.on('connection', keep);
  servers.push(server);
  return `https://localhost:${await listen(server)}/`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-hostile-'));
  certificates = {
    good: selfSigned('localhost'),
    expired: expired('localhost'),
    another: selfSigned('hooks.example'),
  };
  // An authority that this process trusts: what is left is wrong with each.
  await writeFile(join(folder, 'ca.pem'), Object.values(certificates).join('\n'));
  served = await makeServedProcesses({
    env: {
      MAX_RETRY_ATTEMPTS: '1',
      WEBHOOK_TIMEOUT: String(TIMEOUT_MS / 1_000),
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
  });
  [api, worker] = await Promise.all([served.start('api'), served.start('worker')]);
  client = served.clientOf(api);
}, 120_000);
let certificates: Record<'good' | 'expired' | 'another', string>;

afterAll(async () => {
  await served.stop();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Sends one event to each of these, at once, and returns what is on record. */
async function sendTo(urls: Record<string, string>): Promise<Record<string, Attempt>> {
  const platform = platformOn(client);
  for (const [name, url] of Object.entries(urls)) await platform.createWebhook({ name, url });
  const { event } = await platform.trigger();
  await waitUntilAllEnded(client, 30_000);
  const { deliveries } = await client.ask<{
    deliveries: { nodes: { webhook: { id: string; name: string }; attempts: Attempt[] }[] };
  }>(ATTEMPTS, { eventId: event?.eventId });
  const attempts: Record<string, Attempt> = {};
  for (const { webhook, attempts: made } of deliveries.nodes) {
    const [attempt] = made;
    if (attempt === undefined || made.length > 1) throw new Error(`${made.length} attempts`);
    attempts[webhook.name] = attempt;
    await platform.mutate('webhookDelete', { id: webhook.id }, 'deletedWebhookId');
  }
  return attempts;
}

interface Attempt {
  durationMs: number;
  responseStatusCode: number | null;
  errorCode: string | null;
  errorMessage: string | null;
}
const ATTEMPTS = `query ($eventId: String!) {
  deliveries(first: 100, filter: { eventId: $eventId }) { nodes {
    webhook { id name } attempts { durationMs responseStatusCode errorCode errorMessage }
  } }
}`;

describe('an attempt at a receiver that does its worst ends in time, and is classified', () => {
  test('over HTTP', async () => {
    const urls: Record<string, string> = {};
    for (const [name, { conduct }] of Object.entries(hostile)) urls[name] = await serve(conduct);
    const attempts = await sendTo(urls);
    for (const [name, { errorCode, statusCode }] of Object.entries(hostile)) {
      const attempt = attempts[name];
      expect({
        name,
        errorCode: attempt?.errorCode,
        statusCode: attempt?.responseStatusCode,
      }).toEqual({ name, errorCode, statusCode });
      expect([name, attempt?.durationMs]).toEqual([name, expect.toSatisfy(isInTime)]);
    }
  }, 60_000);

  test('over TLS', async () => {
    const attempts = await sendTo({
      good: await serveTls(certificates.good),
      expired: await serveTls(certificates.expired),
      'for another name': await serveTls(certificates.another),
      stalled: await serveTls(null),
    });
    expect(attempts).toEqual({
      good: expect.objectContaining({ errorCode: null, responseStatusCode: 200 }),
      expired: expect.objectContaining({
        errorCode: 'TLS',
        errorMessage: expect.stringContaining('has expired'),
      }),
      'for another name': expect.objectContaining({
        errorCode: 'TLS',
        errorMessage: expect.stringContaining('is for another name'),
      }),
      stalled: expect.objectContaining({ errorCode: 'TIMEOUT' }),
    });
    for (const { durationMs } of Object.values(attempts)) expect(durationMs).toSatisfy(isInTime);
  }, 60_000);
});

const isInTime = (ms: number) => ms <= TIMEOUT_MS + MARGIN_MS;

test.runIf(process.platform === 'linux')(
  'fifty bodies of a gigabyte at once cost a worker less than 100 MB',
  async () => {
    const url = await serve(hostile['has a body of a gigabyte']?.conduct ?? (() => undefined));
    await writeFile(`/proc/${worker.pid}/clear_refs`, '5');
    const before = await peakOf(worker.pid);
    const urls = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`gigabyte ${index}`, `${url}?${index}`]),
    );
    const attempts = Object.values(await sendTo(urls));
    const grown = (await peakOf(worker.pid)) - before;
    process.stdout.write(`fifty bodies of a gigabyte: ${grown} MB\n`);
    expect(attempts).toHaveLength(50);
    expect(attempts.every(({ errorCode }) => errorCode === null)).toBe(true);
    expect(grown).toBeLessThan(100);
  },
  60_000,
);

/** The most memory that a process has had, in megabytes. */
async function peakOf(pid: number): Promise<number> {
  const [, kilobytes] =
    /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
