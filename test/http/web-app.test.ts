import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startHttpServer } from '../../server/http/server.ts';
import { serveApi, type ServedApi } from './served-api.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const FOREVER = 'public, max-age=31536000, immutable';
/** As Chromium asks for a page. */
const HTML = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

const BUILT = fileURLToPath(new URL('../../dist/web', import.meta.url));
const assets = readdirSync(`${BUILT}/assets`).filter((name) => !/\.(gz|br)$/.test(name));
const assetOf = (ending: string) => assets.find((name) => name.endsWith(ending)) ?? '';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

/** Unlike fetch, it sends the path as it is and leaves the answer as it came. */
function get(
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', address = api.address } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body, text: body.toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the page of the web app', () => {
  it.each([
    '/',
    '/?from=2026-01-01',
    '/sign-in',
    '/webhooks/new',
    '/deliveries/01890a5d-ac96-774b-bcce-b302099a8057?status=FAILED',
    '/events/order.created-4711.json',
    '/there/is/no/such/page',
  ])('is served at %s to who asks for HTML', async (path) => {
    const { status, headers, text } = await get(path, HTML);
    expect(status).toBe(200);
    expect(text).toBe(readFileSync(`${BUILT}/index.html`, 'utf8'));
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });

  it('runs no inline script, and names nothing of other hosts', async () => {
    const { text } = await get('/', HTML);
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)</g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, content] of scripts) {
      expect(attributes).toMatch(/ src="\//);
      expect(content).toBe('');
    }
    expect(text).not.toMatch(/\son\w+=|javascript:|(?:src|href)="(?!\/(?!\/))/);
  });

  it('has each file that it names', async () => {
    const { text } = await get('/', HTML);
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) expect(await get(path)).toMatchObject({ status: 200 });
  });

  it('answers HEAD as it answers GET, without the page', async () => {
    const [head, whole] = [await get('/', HTML, { method: 'HEAD' }), await get('/', HTML)];
    expect(head.body).toHaveLength(0);
    const { date: _, ...headers } = head.headers;
    expect(whole.headers).toMatchObject(headers);
    expect(head.headers['content-length']).toBe(String(whole.body.length));
  });

  it('is for GET alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect(await get('/webhooks', HTML, { method })).toMatchObject({ status: 404 });
    }
  });
});

describe('its files', () => {
  it.each([
    ['.js', /javascript/],
    ['.css', /^text\/css/],
    ['.woff2', /^font\/woff2/],
  ])('named by their content (%s) are kept for good', async (ending, type) => {
    const { status, headers } = await get(`/assets/${assetOf(ending)}`);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe(FOREVER);
    expect(headers['content-type']).toMatch(type);
    expect(headers['content-security-policy']).toBe(POLICY);
  });

  it('of other names are asked for anew, by their ETag', async () => {
    for (const path of ['/theme.js', '/favicon.svg']) {
      const { status, headers } = await get(path);
      expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
      const again = await get(path, { 'if-none-match': headers.etag ?? '' });
      expect(again).toMatchObject({ status: 304, text: '' });
    }
  });

  it.each(['.js', '.css'])('are sent as the reader can unpack them (%s)', async (ending) => {
    const path = `/assets/${assetOf(ending)}`;
    const plain = await get(path);
    const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    const gzip = await get(path, { 'accept-encoding': 'gzip, deflate' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    for (const { headers } of [plain, brotli, gzip]) {
      expect(headers.vary).toMatch(/accept-encoding/i);
      expect(headers['cache-control']).toBe(FOREVER);
    }
  });
});

describe('what the web app does not have', () => {
  it.each([
    ['/assets/index-00000000.js', HTML],
    ['/assets/index-00000000.js', {}],
    ['/assets/', HTML],
    ['/no/such/file.js', {}],
    ['/webhooks', { accept: 'application/json' }],
    ['/robots.txt', { accept: '*/*' }],
    ['/.made-from', {}],
    ['/.vite/manifest.json', {}],
  ])('is not found: %s with %o', async (path, headers) => {
    const answer = await get(path, { ...headers });
    expect(answer).toMatchObject({
      status: 404,
      text: 'Nothing is served at this path. The API is at /graphql.\n',
    });
    expect(answer.headers['cache-control']).toBeUndefined();
  });

  it.each([
    '/../server/main.js',
    '/assets/../../server/main.js',
    '/assets/..%2f..%2fserver/main.js',
    '/assets/%2e%2e/%2e%2e/server/main.js',
    '/assets/..%5c..%5cserver%5cmain.js',
    '/assets/%252e%252e/server/main.js',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/%',
    '/%E0%A4%A',
  ])('is not reached by %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404 });
  });

  it('is the API, health and sessions, which stay what they are', async () => {
    expect((await get('/health/live', HTML)).status).toBe(200);
    expect((await get('/session', HTML)).status).toBe(405);
    expect((await get('/graphql', HTML)).text).toContain('graphiql');
  });

  it('is everything, in a process that serves no API', async () => {
    const worker = await startHttpServer({
      api: null,
      host: '127.0.0.1',
      port: 0,
      keepAliveSeconds: 75,
      probes: { database: async () => true, queue: async () => true },
      logger: pino({ level: 'silent' }),
    });
    try {
      for (const path of ['/', '/deliveries', '/theme.js', `/assets/${assetOf('.js')}`]) {
        const { status, headers } = await get(path, HTML, { address: worker.address });
        expect(status).toBe(404);
        expect(headers['content-security-policy']).toBeUndefined();
      }
    } finally {
      await worker.close(0);
    }
  });
});
