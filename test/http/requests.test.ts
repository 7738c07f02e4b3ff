import { connect } from 'node:net';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { StartupError } from '../../server/faults/startup-error.ts';
import type { Role } from '../../server/generated/prisma/enums.ts';
import { startHttpServer } from '../../server/http/server.ts';
import { waitFor } from '../support/wait.ts';
import { openSocket } from './raw-socket.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi((configuration) => ({
    ...configuration,
    limits: { ...configuration.limits, requestBytes: 10_000 },
  }));
});
afterAll(() => api.close());

const codes = ({ errors }: { errors?: { extensions: Record<string, unknown> }[] }) =>
  errors?.map(({ extensions }) => extensions['code']);

describe('a key', () => {
  const read = { query: '{ installation { version } }' };

  it.each([
    ['none', undefined],
    ['an unknown one', 'nxs_unknown'],
  ])('%s: UNAUTHENTICATED', async (_which, key) => {
    const answer = await api.post(read, key === undefined ? {} : { key });
    expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
    expect(answer.data ?? null).toBeNull();
  });

  it('is taken in the Authorization header alone, in whatever case the scheme', async () => {
    const authorization = `bearer ${api.keys.VIEWER}`;
    expect((await api.post(read, { headers: { authorization } })).data).toBeTruthy();
    const basic = { authorization: `Basic ${api.keys.VIEWER}` };
    expect(codes(await api.post(read, { headers: basic }))).toEqual(['UNAUTHENTICATED']);
  });

  const operations = {
    viewer: '{ viewer { tenant { name } apiKey { role } } }',
    read: '{ installation { version } }',
    keys: '{ apiKeys { nodes { id } } }',
    write: 'mutation { testWrite }',
    trigger: 'mutation { testTrigger }',
  };
  const allowed: Record<Role, (keyof typeof operations)[]> = {
    ADMIN: ['viewer', 'read', 'keys', 'write', 'trigger'],
    OPERATOR: ['viewer', 'read', 'write', 'trigger'],
    PUBLISHER: ['viewer', 'trigger'],
    VIEWER: ['viewer', 'read'],
  };
  it.each(['ADMIN', 'OPERATOR', 'PUBLISHER', 'VIEWER'] as const)(
    'of role %s may do what the contract says, and no more',
    async (role) => {
      for (const [name, query] of Object.entries(operations)) {
        const answer = await api.post({ query }, { key: api.keys[role] });
        const may = allowed[role].some((each) => each === name);
        expect({ name, codes: codes(answer) }).toEqual({
          name,
          codes: may ? undefined : ['FORBIDDEN'],
        });
      }
    },
  );
});

describe('a request', () => {
  const echo = 'query Echo($value: JSON) { testEcho(value: $value) }';
  const key = () => api.keys.ADMIN;

  it('keeps __proto__ a key like any other', async () => {
    const body = `{"query":"${echo}","variables":{"value":{"__proto__":{"a":1}}}}`;
    const { data } = await api.post(body, { key: key() });
    expect(JSON.stringify(data)).toBe('{"testEcho":{"__proto__":{"a":1}}}');
    const literal = '{ testEcho(value: { __proto__: { a: 1 } }) }';
    expect(JSON.stringify((await api.post({ query: literal }, { key: key() })).data)).toBe(
      '{"testEcho":{"__proto__":{"a":1}}}',
    );
  });

  /** As it is written: JSON.parse would read numbers in it as others. */
  const sent = (body: string) =>
    fetch(`${api.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key()}` },
      body,
    }).then((response) => response.text());

  it.each([
    ['1e400', 'a variable', `{"query":"${echo}","variables":{"value":{"a":[1,1e400]}}}`],
    ['1e400', 'a literal', '{"query":"{ testEcho(value: { a: [1, 1e400] }) }"}'],
    ['999', 'a variable', `{"query":"${echo}","variables":{"value":{"a":[1,${'9'.repeat(310)}]}}}`],
    ['999', 'a literal', `{"query":"{ testEcho(value: { a: [1, ${'9'.repeat(310)}] }) }"}`],
  ])(
    'with a number that nobody can read (%s) in %s is refused with its path',
    async (start, _in, body) => {
      const answer = await api.post(body, { key: key() });
      expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]).toMatchObject({
        message: expect.stringContaining(`a.1: no reader of JSON has a number for ${start}`),
        extensions: { argument: ['a', 1] },
      });
    },
  );

  it.each(['variables', 'extensions'])(
    'whose %s are a number, also one that is kept as it was written, is refused',
    async (parameter) => {
      for (const number of ['1', '1.0', '12345678901234567890']) {
        const answer = await sent(`{"query":"{ __typename }","${parameter}":${number}}`);
        expect(answer).toContain(`\\"${parameter}\\" is an object.`);
      }
    },
  );

  it('by GET is held to the same', async () => {
    const url = new URL(`${api.address}/graphql`);
    url.searchParams.set('query', echo);
    url.searchParams.set('variables', '{"value":1e400}');
    const response = await fetch(url, { headers: { authorization: `Bearer ${key()}` } });
    expect(codes((await response.json()) as object)).toEqual(['BAD_USER_INPUT']);
  });

  it('has plain numbers for what is no JSON, however they are written', async () => {
    const query =
      'query ($n: Int!, $filter: DeliveryFilter) { webhooks(first: $n) { nodes { id } } deliveries(first: $n, filter: $filter) { nodes { id } } }';
    const variables = '{"n":1e1,"filter":{"statuses":["FAILED"]}}';
    expect(await sent(`{"query":"${query}","variables":${variables}}`)).toBe(
      '{"data":{"webhooks":{"nodes":[]},"deliveries":{"nodes":[]}}}',
    );
    for (const n of ['1.5', '9007199254740993', '1e400']) {
      expect(await sent(`{"query":"${query}","variables":{"n":${n}}}`)).toContain('BAD_USER_INPUT');
    }
  });

  it.each([
    ['in an object', '{ a: $v, b: 1 }', '{"b":1}'],
    ['in a list', '[1, $v]', '[1,null]'],
    ['deeper', '{ a: { b: [{ c: $v }] } }', '{"a":{"b":[{}]}}'],
  ])('may leave a variable out that stands %s of a JSON literal', async (_where, literal, kept) => {
    const query = `query ($v: JSON) { testEcho(value: ${literal}) }`;
    const { data } = await api.post({ query }, { key: key() });
    expect(JSON.stringify(data)).toBe(`{"testEcho":${kept}}`);
  });

  it('may have variables of other types within a JSON literal', async () => {
    const query = `query ($at: DateTime, $range: TimeRange, $id: ID, $n: Int, $status: DeliveryStatus, $url: URL) {
      testEcho(value: { at: $at, range: $range, ids: [$id], n: $n, status: $status, url: $url })
    }`;
    const at = '2026-11-05T09:30:00.000Z';
    const variables = {
      ...{ at, range: { from: at }, id: 'x', n: 3, status: 'FAILED' },
      url: 'https://example.com/a',
    };
    expect((await api.post({ query, variables }, { key: key() })).data).toEqual({
      testEcho: { at, range: { from: at }, ids: ['x'], n: 3, status: 'FAILED', url: variables.url },
    });
  });

  it('takes an operation name that is empty as none', async () => {
    const query = 'query Named { __typename }';
    const ask = { query, operationName: '' };
    expect((await api.post(ask)).data).toEqual({ __typename: 'Query' });
    const url = `${api.address}/graphql?query=${encodeURIComponent(query)}&operationName=`;
    expect(await (await fetch(url)).json()).toEqual({ data: { __typename: 'Query' } });
    const socket = await openSocket(api.address);
    socket.subscribe('1', ask);
    expect((await socket.message(({ id }) => id === '1')).payload).toEqual({
      data: { __typename: 'Query' },
    });
    socket.close();
  });

  it.each(['gzip', 'br', 'deflate, gzip', 'unheard-of'])(
    'with content-encoding %s is told that it is not taken',
    async (coding) => {
      const answer = await api.post(
        { query: '{ __typename }' },
        { headers: { 'content-encoding': coding } },
      );
      expect({ status: answer.status, codes: codes(answer) }).toEqual({
        status: 415,
        codes: ['BAD_USER_INPUT'],
      });
      expect(answer.errors?.[0]?.message).toContain(coding);
    },
  );

  it('that is cut off is a fault of nobody here, and hides none', async () => {
    api.log.length = 0;
    const { port } = new URL(api.address);
    for (const path of ['/graphql', '/session']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500`;
      await new Promise<void>((resolve) => socket.write(`${head}\r\n\r\n{"qu`, () => resolve()));
      // Its answer means that what was sent before has been looked at.
      await fetch(`${api.address}/health/live`);
      socket.resetAndDestroy();
    }
    await waitFor(async () => {
      // Of an outage postgres.lost tells, and no line here.
      await api.post({ query: '{ testFault(code: "ECONNREFUSED") }' }, { key: key() });
      await api.post({ query: '{ testFault(code: "P2024") }' }, { key: key() });
      return api.log.length > 0;
    });
    expect(api.log.join('')).toContain('graphql.database_busy');
    expect(api.log).toHaveLength(1);
  });

  it('does not come back with the values it brought', async () => {
    const answer = await api.post(
      {
        query: 'query ($a: DateTime) { testEcho(at: $a) }',
        variables: { a: 'my; secret at "here"; payload' },
      },
      { key: key() },
    );
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.message).toMatch(
      /^Variable "\$a" got an invalid value; A DateTime is /,
    );
  });

  it.each([
    ['2026-11-05T10:30:00.250+01:00', '2026-11-05T09:30:00.250Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
  ])('may hold the moment %s', async (at, utc) => {
    const query = 'query ($at: DateTime) { testEcho(at: $at) }';
    expect((await api.post({ query, variables: { at } }, { key: key() })).data).toEqual({
      testEcho: utc,
    });
  });

  it.each(['2026-11-05T10:30:00', '2026-11-05', '2026-02-30T00:00:00Z', 'yesterday', 1])(
    'may not hold the moment %s',
    async (at) => {
      const query = 'query ($at: DateTime) { testEcho(at: $at) }';
      expect(codes(await api.post({ query, variables: { at } }, { key: key() }))).toEqual([
        'BAD_USER_INPUT',
      ]);
    },
  );

  it.each([
    ['{ viewer', 'GRAPHQL_PARSE_FAILED', 200],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 200],
  ])('%s answers %s', async (query, code, status) => {
    const answer = await api.post(
      { query },
      { key: key(), headers: { accept: 'application/json' } },
    );
    expect({ codes: codes(answer), status: answer.status }).toEqual({ codes: [code], status });
  });

  it.each([
    ['no JSON', '{', {}, 400],
    ['a batch', [{ query: '{ __typename }' }], {}, 400],
    ['a form', 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['too much', { query: `{ __typename } #${'x'.repeat(20_000)}` }, {}, 413],
  ])('that is %s is refused', async (_what, body, headers, status) => {
    const answer = await api.post(body, { headers: { ...headers } });
    expect({ codes: codes(answer), status: answer.status }).toEqual({
      codes: ['BAD_USER_INPUT'],
      status,
    });
  });

  it('for a subscription is told to use a socket', async () => {
    const answer = await api.post({ query: 'subscription { testTicks }' }, { key: key() });
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
  });

  it('with more than 100 ids, or with none, gets what the contract says', async () => {
    const { tenantId } = api;
    const id = encodeGlobalId('Tenant', tenantId);
    const former = Buffer.from(`Tenant:${tenantId}`).toString('base64url');
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const ask = (ids: string[]) => api.post({ query, variables: { ids } }, { key: key() });

    expect(codes(await ask(Array.from({ length: 101 }, () => id)))).toEqual(['BAD_USER_INPUT']);
    const mixed = await ask([id, 'nonsense', former, `${id}0`]);
    expect(mixed.data).toEqual({
      nodes: [{ __typename: 'Tenant', id }, null, { __typename: 'Tenant', id }, null],
    });
  });
});

describe('a fault', () => {
  it('of ours is masked, and logged once without what it held for the caller', async () => {
    api.log.length = 0;
    const answer = await api.post({ query: '{ testFault }' }, { key: api.keys.ADMIN });
    expect(codes(answer)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(answer.errors?.[0]?.path).toEqual(['testFault']);
    expect(JSON.stringify(answer)).not.toContain('the secret inside');
    expect(api.log).toHaveLength(1);
  });

  it('of the connection to the database says when to come back', async () => {
    const answer = await api.post(
      { query: '{ testFault(code: "ECONNREFUSED") }' },
      { key: api.keys.ADMIN },
    );
    expect(codes(answer)).toEqual(['SERVICE_UNAVAILABLE']);
    expect(answer.errors?.[0]?.extensions['retryAfter']).toBe(2);
    expect(answer.headers.get('retry-after')).toBe('2');
  });
});

describe('the server', () => {
  it('answers health', async () => {
    const live = await fetch(`${api.address}/health/live`);
    expect(live.status).toBe(200);
    const ready = await fetch(`${api.address}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'ready', database: 'up', queue: 'up' });
  });

  it('is not ready while something hangs, and says what', async () => {
    const server = await startHttpServer({
      api: null,
      host: '127.0.0.1',
      port: 0,
      keepAliveSeconds: 75,
      probes: { database: async () => true, queue: () => new Promise(() => undefined) },
      logger: pino({ level: 'silent' }),
    });
    try {
      const ready = await fetch(`${server.address}/health/ready`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toEqual({ status: 'unready', database: 'up', queue: 'down' });
      expect((await fetch(`${server.address}/graphql`)).status).toBe(404);
    } finally {
      await server.close(0);
    }
  });

  it('answers what it does not serve with 404 in text, and keeps headers strict', async () => {
    const response = await fetch(`${api.address}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const answer = await api.post({ query: '{ __typename }' });
    for (const headers of [response.headers, answer.headers]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('survives what is no HTTP', async () => {
    const { port } = new URL(api.address);
    const closed = new Promise((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      socket.once('close', resolve).resume();
    });
    await closed;
    expect((await fetch(`${api.address}/health/live`)).status).toBe(200);
  });

  it('keeps an idle connection longer than the proxies before it', async () => {
    const { headers } = await fetch(`${api.address}/health/live`);
    expect(headers.get('keep-alive')).toBe('timeout=75');
  });

  it('lets what is under way end when it closes, and then ends at once', async () => {
    const other = await serveApi();
    const key = other.keys.ADMIN;
    const busy = other.post({ query: '{ testWait(ms: 300) }' }, { key });
    await fetch(`${other.address}/health/live`);
    const began = performance.now();
    const closing = other.close(10_000);
    expect((await busy).data).toEqual({ testWait: true });
    await closing;
    expect(performance.now() - began).toBeLessThan(9_000);
  });

  it('says in one line that its port is taken', async () => {
    const port = Number(new URL(api.address).port);
    const probes = { database: async () => true, queue: async () => true };
    const logger = pino({ level: 'silent' });
    const second = startHttpServer({
      api: null,
      host: '127.0.0.1',
      port,
      keepAliveSeconds: 75,
      probes,
      logger,
    });
    await expect(second).rejects.toThrow(StartupError);
    await expect(second).rejects.toThrow(new RegExp(`Port ${port} is taken`));
  });
});
