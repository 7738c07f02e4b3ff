import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createRandom, type Random } from '../support/random.ts';
import { serveApi, type ServedApi } from './served-api.ts';

/** How many a run makes up; more with FUZZ_REQUESTS. */
const MADE_UP = Number(process.env['FUZZ_REQUESTS'] ?? 3_000);

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

/** Sends bytes and reads what comes until the server ends the connection, or a whole answer is there. */
function send(bytes: string | Buffer, { isWhole = hasAnswer } = {}): Promise<string> {
  const { port } = new URL(api.address);
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (data: Buffer) => {
      text += data.toString('latin1');
      if (isWhole(text)) end();
    });
    socket.on('error', end).on('close', end);
  });
}

function hasAnswer(text: string): boolean {
  const [head = '', ...body] = text.split('\r\n\r\n');
  if (body.length === 0) return false;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const rest = body.join('\r\n\r\n');
  if (length !== undefined) return rest.length >= Number(length);
  return /^transfer-encoding: chunked/im.test(head) ? rest.endsWith('0\r\n\r\n') : true;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

const UPGRADE = [
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
];

const requestOf = (target: string, headers: readonly string[] = ['host: localhost'], body = '') =>
  [`${body === '' ? 'GET' : 'POST'} ${target} HTTP/1.1`, ...headers, '', body].join('\r\n');

/** Neither where the code stands nor what the client had sent. */
function expectTellsNothing(answer: string, target: string): void {
  expect(answer).not.toMatch(/\n\s+at |node_modules|file:|ERR_/);
  const [, query] = target.split('?');
  if (query) expect(api.log.join('\n')).not.toContain(query);
}

describe('a request target', () => {
  const NONE = [
    '//',
    '///graphql',
    '//evil.example/graphql',
    '/\\evil.example/graphql',
    'http://',
    'http://[/',
    'http://[::1/graphql',
    'http://user:secret@localhost/graphql?token=hidden',
    'http://localhost:99999/graphql',
    'http:///',
    '*',
  ];

  it.each(NONE)('%s is no place: 400, as an upgrade too', async (target) => {
    for (const headers of [['host: localhost'], ['host: localhost', ...UPGRADE]]) {
      const answer = await send(requestOf(target, headers));
      expect(statusOf(answer)).toBe(400);
      expectTellsNothing(answer, target);
    }
    expect(api.log).toEqual([]);
  });

  it.each([
    ['a path', 'host: a b'],
    ['a path', 'host: http://localhost'],
    ['a path', 'host: localhost/graphql'],
    ['a path', 'host: user@localhost'],
    ['a path', 'host: localhost:port'],
    ['a path', 'host: [::1'],
    ['a path', 'host: %'],
    ['two hosts', 'host: localhost\r\nhost: localhost'],
  ])('%s with the header %j is refused', async (_what, host) => {
    for (const headers of [[host], [host, ...UPGRADE]]) {
      const answer = await send(requestOf('/graphql?query={__typename}', headers));
      expect(statusOf(answer)).toBe(400);
      expectTellsNothing(answer, '?{__typename}');
    }
    expect(api.log).toEqual([]);
  });

  it('in the absolute form is served, and its host goes before the header', async () => {
    const { host } = new URL(api.address);
    const target = `http://${host}/graphql?query={__typename}`;
    const answer = await send(requestOf(target, ['host: other.example']));
    expect(answer).toContain('{"data":{"__typename":"Query"}}');
    const upgraded = await send(
      requestOf(`http://${host}/graphql`, [
        'host: other.example',
        `origin: http://${host}`,
        ...UPGRADE,
      ]),
      { isWhole: (text) => text.includes('\r\n\r\n') },
    );
    expect(statusOf(upgraded)).toBe(101);
    const foreign = requestOf(`http://${host}/graphql`, [
      'host: other.example',
      'origin: http://other.example',
      ...UPGRADE,
    ]);
    expect(statusOf(await send(foreign))).toBe(403);
  });

  it('of HTTP/1.0 needs no host', async () => {
    const answer = await send('GET /graphql?query={__typename} HTTP/1.0\r\n\r\n');
    expect(answer).toContain('{"data":{"__typename":"Query"}}');
  });
});

describe('a method that GraphQL does not know', () => {
  it.each(['DELETE', 'PUT', 'TRACE', 'PROPFIND'])('%s: 405 with those it does', async (method) => {
    const answer = await send(`${method} /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    expect(statusOf(answer)).toBe(405);
    expect(answer.toLowerCase()).toContain('allow: get, head, post, options');
  });
});

describe('an upgrade to anything but a WebSocket', () => {
  const query = '{"query":"{ __typename }"}';
  const h2c = [
    'host: localhost',
    'connection: Upgrade, HTTP2-Settings',
    'upgrade: h2c',
    'http2-settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    'content-type: application/json',
  ];

  it('is ignored: the request is answered as any other, with its body', async () => {
    const posted = requestOf('/graphql', [...h2c, `content-length: ${query.length}`], query);
    expect(await send(posted)).toContain('{"data":{"__typename":"Query"}}');
    expect(await send(requestOf('/health/live', h2c))).toContain('{"status":"live"}');
    const chunked = requestOf(
      '/graphql',
      [...h2c, 'transfer-encoding: chunked'],
      [query.length.toString(16), query, '0', '', ''].join('\r\n'),
    );
    expect(await send(chunked)).toContain('{"data":{"__typename":"Query"}}');
  });

  it('leaves the connection to the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    try {
      for (const headers of [{ connection: 'Upgrade', upgrade: 'h2c' }, {}]) {
        const asked = get(`${api.address}/health/live`, { agent, headers });
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        ports.add(answer.socket.localPort);
        expect(answer.statusCode).toBe(200);
        await once(answer.resume(), 'end');
      }
      expect(ports.size).toBe(1);
    } finally {
      agent.destroy();
    }
  });
});

/** Any request that somebody might send, and many that nobody should. */
function madeUp(random: Random): string {
  const junk = () =>
    Array.from({ length: random.integer(0, 12) }, () =>
      String.fromCharCode(random.integer(1, 256)),
    ).join('');
  const target = random.pick([
    () => '/graphql',
    () => `/graphql?query=${encodeURIComponent('{ __typename }')}`,
    () => `/${junk()}`,
    () => `//${junk()}`,
    () => `http://${junk()}/graphql`,
    () => `/graphql?${junk()}=${junk()}`,
    () => `/session`,
    () => `/assets/${junk()}`,
    () => `/graphiql-assets/../${junk()}`,
    () => `/%${junk()}`,
    junk,
  ])();
  const headers = Array.from({ length: random.integer(0, 6) }, () =>
    random.pick([
      () => 'host: localhost',
      () => `host: ${junk()}`,
      () => UPGRADE.join('\r\n'),
      () => `upgrade: ${junk()}\r\nconnection: upgrade`,
      () => `sec-websocket-key: ${junk()}`,
      () => `sec-websocket-version: ${junk()}`,
      () => `sec-websocket-protocol: ${junk()}`,
      () => `sec-websocket-extensions: ${junk()}`,
      () => `origin: ${junk()}`,
      () => `cookie: nexus_session=${junk()}`,
      () => `authorization: ${junk()}`,
      () => `content-type: ${random.pick(['application/json', 'text/plain', junk()])}`,
      () => `content-encoding: ${random.pick(['gzip', 'br', 'identity', junk()])}`,
      () => `content-length: ${random.pick(['0', '2', '500', '-1', junk()])}`,
      () => `transfer-encoding: ${random.pick(['chunked', 'gzip, chunked', junk()])}`,
      () => `accept: ${random.pick(['text/html', 'application/json', '*/*', junk()])}`,
      () => `expect: ${random.pick(['100-continue', junk()])}`,
      () => `x-nexus-csrf: ${junk()}`,
      () => `if-none-match: ${junk()}`,
    ])(),
  );
  const body = random.pick([
    () => '',
    () => '{}',
    () => '{"query":"{ __typename }"}',
    () => '{"query":',
    () => '{"apiKey":"x"}',
    () => `[${'['.repeat(500)}`,
    () => `2\r\n{}\r\n0\r\n\r\n`,
    junk,
  ])();
  const method = random.pick([
    ...[
      'GET',
      'GET',
      'POST',
      'POST',
      'HEAD',
      'OPTIONS',
      'DELETE',
      'PUT',
      'TRACE',
      'CONNECT',
      'PRI',
    ],
    ...['M-SEARCH', 'QUERY', junk()],
  ]);
  const version = random.pick(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', junk()]);
  // Without one, Node refuses it before we see it.
  const host = random.next() < 0.8 ? ['host: localhost'] : [];
  return [`${method} ${target} ${version}`, ...host, ...headers, '', body].join('\r\n');
}

describe('requests that nobody should send', () => {
  it(
    `end nothing, tell nothing, and are not logged (${MADE_UP} made up)`,
    { timeout: 600_000 },
    async () => {
      const random = createRandom(20_261_127);
      api.log.length = 0;
      const bytes = Array.from({ length: MADE_UP }, () => Buffer.from(madeUp(random), 'latin1'));
      const told: string[] = [];
      /** Cut off after a moment where the server waits for more, as a client that gives up does. */
      const sendOne = (each: Buffer) =>
        new Promise<void>((resolve) => {
          const socket = connect(Number(new URL(api.address).port), '127.0.0.1', () => {
            socket.end(each);
          });
          let text = '';
          const cut = setTimeout(() => socket.destroy(), 300);
          socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
          socket.on('error', () => undefined);
          socket.on('close', () => {
            clearTimeout(cut);
            if (/HTTP\/1\.1 5|\n\s+at |node_modules|ERR_/.test(text))
              told.push(`${each.toString('latin1')}\n→ ${text}`);
            resolve();
          });
        });
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          for (let each = bytes.pop(); each !== undefined; each = bytes.pop()) await sendOne(each);
        }),
      );
      expect(told).toEqual([]);
      expect(api.log).toEqual([]);
      expect((await fetch(`${api.address}/health/live`)).status).toBe(200);
    },
  );
});
