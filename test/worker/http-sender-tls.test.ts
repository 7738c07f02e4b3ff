import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { selfSigned } from '../support/receiver/certificate.ts';
import { listen } from '../support/receiver/raw-server.ts';

let folder: string;
let pem: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-tls-'));
  pem = selfSigned('hooks.example');
  await writeFile(join(folder, 'ca.pem'), pem);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sends so many times, one after the other, in a process that trusts the certificate. */
async function send(url: string, times: number): Promise<unknown[]> {
  const root = new URL('../../', import.meta.url);
  const program = `
    import { createAddressRule } from '${new URL('server/domain/address/address-rule.ts', root).href}';
    import { createHttpSender } from '${new URL('server/worker/sender/http-sender.ts', root).href}';
    const sender = createHttpSender({
      rule: createAddressRule(['127.0.0.0/8']),
      httpsOnly: true,
      connectionsPerOrigin: 1,
      resolve: async () => [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.1', family: 4 }],
    });
    const outcomes = [];
    for (let n = 0; n < ${times}; n += 1) {
      const { statusCode, errorCode, errorMessage, responseBody } =
        await sender.send({ url: '${url}', headers: [], body: '{}', timeoutMs: 20_000 });
      outcomes.push({ statusCode, errorCode, errorMessage, responseBody });
    }
    console.log(JSON.stringify(outcomes));
    await sender.close();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    {
      cwd: fileURLToPath(root),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    },
  );
  return JSON.parse(stdout) as unknown[];
}

it('a delivery goes out over TLS, on kept connections, to the address that answers', async () => {
  let connections = 0;
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    request.resume().once('end', () => {
      response.writeContinue();
      response.end('safe');
    });
  });
  server.on('secureConnection', () => (connections += 1));
  const port = await listen(server);
  try {
    const well = { statusCode: 200, errorCode: null, errorMessage: null, responseBody: 'safe' };
    for (const host of ['hooks.example', 'hooks.example.']) {
      expect(await send(`https://${host}:${port}/`, 3)).toEqual([well, well, well]);
    }
    expect(connections).toBe(2);
    const [wrong] = await send(`https://other.example:${port}/`, 1);
    expect(wrong).toMatchObject({ statusCode: null, errorCode: 'TLS' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
