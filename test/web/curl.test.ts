import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { curlCommand } from '../../web/deliveries/pane/curl.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const hasBash = spawnSync('bash', ['--version']).status === 0;

const AWKWARD: [string, string][] = [
  ['single quotes', `{"it's":"'''"}`],
  ['double quotes and backslashes', String.raw`{"a":"\"\\\\n\u0041\\"}`],
  ['substitutions', '{"a":"$(touch /tmp/x) `id` $HOME ${PATH} $$"}'],
  ['history and globs', '{"a":"!! !x wow! * ? [a-z] ~ # ; & | < >"}'],
  ['newlines and tabs', '{\n\t"a": "b"\r\n}\n\n'],
  ['an @ at its start', '@/etc/passwd'],
  ['percent signs', '%s %d %% %5$s'],
  ['a dash at its start', '-X DELETE'],
  ['nothing', ''],
];

function headersOf(pairs: Record<string, string>) {
  return Object.entries(pairs).map(([name, value]) => ({ name, value, isSecret: false }));
}

describe.skipIf(!hasCurl)('the command sends', () => {
  let received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
      response.end();
    });
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  /** Runs the command as a shell reads it from its input, and answers what has come. */
  async function sent(command: string, shell: [string, ...string[]] = ['sh']) {
    received = [];
    const [file, ...args] = shell;
    const child = spawn(file, args, {
      env: { ...process.env, NO_PROXY: '*', HISTFILE: '' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(`${command}\n`);
    await once(child, 'exit');
    expect(received).toHaveLength(1);
    return received[0];
  }

  test.each(AWKWARD)('a body with %s byte for byte', async (_, body) => {
    const headers = headersOf({ 'content-type': 'application/json' });
    const request = await sent(curlCommand({ url: `${origin}/hook`, headers, body }));
    expect(request).toMatchObject({ method: 'POST', url: '/hook', body });
    expect(request?.headers['content-type']).toBe('application/json');
  });

  test.skipIf(!hasBash)(
    'the same where it is pasted into a bash that knows its history',
    async () => {
      const body = AWKWARD.map(([, each]) => each).join('');
      const command = curlCommand({ url: origin, headers: [], body });
      const request = await sent(`set -o history -o histexpand\n${command}`, [
        'bash',
        '--norc',
        '--noediting',
        '-i',
      ]);
      expect(request?.body).toBe(body);
    },
  );

  test('a body too long for an argument', async () => {
    const body = `{"a":"${"it's 100%".repeat(40_000)}"}`;
    const command = curlCommand({ url: origin, headers: [], body });
    const request = await sent(command);
    expect(request?.body.length).toBe(body.length);
    expect(request?.body === body).toBe(true);
  });

  test('to an address with quotes, ampersands, brackets and braces', async () => {
    const path = "/a'b?x=1&y=$z&list[]={1,2}&r=[1-3]";
    const request = await sent(curlCommand({ url: origin + path, headers: [], body: '{}' }));
    expect(request?.url).toBe(path);
  });

  test('headers as they were sent, empty ones among them', async () => {
    const headers = headersOf({ 'X-Note': `it's "$HOME" \\ ;`, 'X-Empty': '', 'webhook-id': 'd1' });
    const request = await sent(curlCommand({ url: origin, headers, body: '{}' }));
    expect(request?.headers).toMatchObject({
      'x-note': `it's "$HOME" \\ ;`,
      'x-empty': '',
      'webhook-id': 'd1',
    });
  });
});

test('no secret and no signature is in it', () => {
  const command = curlCommand({
    url: 'https://example.com/hook',
    headers: [
      ...headersOf({
        'content-type': 'application/json',
        'webhook-id': 'id-1',
        'webhook-timestamp': '1700000000',
        'webhook-signature': 'v1,c2lnbmF0dXJl',
        'X-Webhook-Signature': 'sha256=abcdef',
      }),
      { name: 'X-Secret', value: null, isSecret: true },
      { name: 'X-Old', value: 'was-readable', isSecret: true },
    ],
    body: '{"a":1}',
  });
  expect(command).toBe(
    [
      "curl -X POST 'https://example.com/hook'",
      "-H 'content-type: application/json'",
      "-H 'webhook-id: id-1'",
      "-H 'webhook-timestamp: 1700000000'",
      "-H 'X-Secret: <kept secret>'",
      "-H 'X-Old: <kept secret>'",
      `--data-raw '{"a":1}'`,
    ].join(' \\\n  '),
  );
});

test('the signatures of a request that was signed for it are in it', () => {
  const command = curlCommand({
    url: 'https://example.com/hook',
    headers: headersOf({ 'webhook-signature': 'v1,c2ln', 'X-Webhook-Signature': 'sha256=ab' }),
    body: '{}',
    isSigned: true,
  });
  expect(command).toContain("-H 'webhook-signature: v1,c2ln'");
  expect(command).toContain("-H 'X-Webhook-Signature: sha256=ab'");
});

test.each(AWKWARD)('a shell reads a body with %s as one word', (_, body) => {
  const command = curlCommand({ url: 'http://localhost/', headers: [], body });
  const words = command.replace(/^curl/, String.raw`printf '%s\0'`);
  const printed = execFileSync('sh', ['-c', words], { encoding: 'latin1' });
  expect(printed.split('\0')).toEqual(['-X', 'POST', 'http://localhost/', '--data-raw', body, '']);
});
