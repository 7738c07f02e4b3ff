import { createServer as createTlsServer } from 'node:https';

import { describe, expect, it } from 'vitest';

import { createAddressRule } from '../../server/domain/address/address-rule.ts';
import { selfSigned } from '../support/receiver/certificate.ts';
import { request, useHttpSender } from '../support/receiver/http-sender.ts';
import { listen } from '../support/receiver/raw-server.ts';
import { startSilentAddress } from '../support/receiver/silent-address.ts';
import { waitFor } from '../support/wait.ts';

const tools = useHttpSender();
const v4 = (address: string) => ({ address, family: 4 });
const resolvingTo = (...addresses: { address: string; family: number }[]) =>
  tools.sender({ resolve: () => Promise.resolve(addresses) });
const named = (port: number) => `http://receiver.example:${port}/named`;
const connecting = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'ConnectWrap').length;

describe.runIf(process.platform === 'linux')('a name with several addresses', () => {
  it('is reached by one that answers, whatever the others do', async () => {
    const { port } = tools.receiver;
    const before = connecting();
    const some = resolvingTo(v4('127.0.0.2'), v4('127.0.0.4'), v4('127.0.0.1'));
    expect(await some.send(request(named(port)))).toMatchObject({ statusCode: 200 });
    expect(tools.receiver.requests('/named')).toHaveLength(1);
    await waitFor(() => connecting() <= before);
  });

  it('is waited for where the first is slow and the second dead', async () => {
    const silent = await startSilentAddress('127.0.0.3');
    tools.cleanUp(() => silent.close());
    const before = connecting();
    const sender = resolvingTo(v4('127.0.0.3'), v4('127.0.0.2'));
    const sent = sender.send(request(named(silent.port), 20_000));
    await waitFor(() => connecting() > before);
    silent.answer();
    expect(await sent).toMatchObject({ statusCode: 200, responseBody: 'late' });
  });

  it('is reached by the second where the first is silent, which is then let go', async () => {
    const silent = await startSilentAddress('127.0.0.3');
    tools.cleanUp(() => silent.close());
    const { port } = silent;
    const other = await tools.serverAt('127.0.0.5', port);
    const before = connecting();
    const outcome = await resolvingTo(v4('127.0.0.3'), v4('127.0.0.5')).send(request(named(port)));
    expect(outcome).toMatchObject({ statusCode: 200, responseBody: 'here' });
    expect(other.requests()).toBe(1);
    // Sooner than its own 10 s are over.
    await waitFor(() => connecting() <= before, { timeoutMs: 5_000 });
  });

  it('has both families tried by turns', async () => {
    const { port } = tools.receiver;
    const dead = Array.from({ length: 12 }, (_, n) => v4(`127.0.0.${n + 2}`));
    // No route, or nobody there: whichever, it is one of a family of which the other works.
    const gone = { address: '2001:db8::1', family: 6 };
    const sender = tools.sender({
      rule: createAddressRule(['127.0.0.0/8', '2001:db8::/32']),
      resolve: () => Promise.resolve([gone, gone, gone, v4('127.0.0.1')]),
    });
    expect(await sender.send(request(named(port)))).toMatchObject({ statusCode: 200 });
    const sixth = { address: '127.0.0.1', family: 6 };
    const outcome = await resolvingTo(...dead, sixth).send(request(named(port)));
    expect(outcome).toMatchObject({ statusCode: 200 });
  });

  it('that is refused everywhere says so', async () => {
    const outcome = await resolvingTo(v4('127.0.0.2'), v4('127.0.0.3')).send(
      request(named(tools.receiver.port)),
    );
    expect(outcome).toMatchObject({ errorCode: 'CONNECTION' });
    expect(outcome.errorMessage).toContain('refused the connection');
  });
});

describe('names', () => {
  it('of this machine are asked of nobody, with and without the dot of the root', async () => {
    const resolve = () => Promise.reject(new Error('asked'));
    for (const host of ['localhost', 'a.localhost', 'LOCALHOST.', 'a.b.localhost.']) {
      const url = `http://${host}:${tools.receiver.port}/local`;
      expect(await tools.sender({ resolve }).send(request(url))).toMatchObject({ statusCode: 200 });
      const strict = tools.sender({ resolve, rule: createAddressRule([]) });
      expect((await strict.send(request(url))).errorCode).toBe('BLOCKED_ADDRESS');
    }
    expect(tools.receiver.requests('/local')).toHaveLength(4);
  });

  it('are told to a TLS server without the dot of the root (RFC 6066, section 3)', async () => {
    const seen: string[] = [];
    const pem = selfSigned('hooks.example');
    const server = createTlsServer({
      key: pem,
      cert: pem,
      SNICallback: (name, done) => {
        seen.push(name);
        done(null);
      },
    });
    const port = await listen(server);
    tools.cleanUp(() => new Promise((resolve) => void server.close(() => resolve())));
    const sender = resolvingTo(v4('127.0.0.1'));
    for (const host of ['hooks.example.', 'hooks.example']) {
      await sender.send(request(`https://${host}:${port}/`));
    }
    expect(seen).toEqual(['hooks.example', 'hooks.example']);
  });
});

describe('a port that is blocked', () => {
  it('is not connected to, whatever the host', async () => {
    const { port } = tools.receiver;
    const before = tools.receiver.connections();
    const sender = tools.sender({ blockedPorts: [port] });
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const outcome = await sender.send(request(`http://${host}:${port}/`));
      expect(outcome).toMatchObject({ statusCode: null, errorCode: 'BLOCKED_ADDRESS' });
      expect(outcome.errorMessage).toContain(`port ${port}`);
      expect(outcome.errorMessage).toContain('DELIVERY_BLOCKED_PORTS');
    }
    expect(tools.receiver.connections()).toBe(before);
    const standard = tools.sender({ blockedPorts: [80, 443], resolve: () => Promise.resolve([]) });
    for (const url of ['http://a.example/', 'https://a.example/', 'https://a.example:80/']) {
      expect((await standard.send(request(url))).errorCode).toBe('BLOCKED_ADDRESS');
    }
  });
});
