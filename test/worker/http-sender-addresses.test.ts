import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createAddressRule } from '../../server/domain/address/address-rule.ts';
import { selfSigned } from '../support/receiver/certificate.ts';
import { request, useHttpSender } from '../support/receiver/http-sender.ts';
import { listen } from '../support/receiver/raw-server.ts';

const tools = useHttpSender();

describe('addresses', () => {
  const strict = createAddressRule([]);
  const named = (host: string) => `http://${host}:${tools.receiver.port}/named`;
  const local = { address: '127.0.0.1', family: 4 };

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])(
    'http://%s is blocked as a literal',
    async (host) => {
      const before = tools.receiver.connections();
      const outcome = await tools.sender({ rule: strict }).send(request(named(host)));
      expect(outcome).toMatchObject({ statusCode: null, errorCode: 'BLOCKED_ADDRESS' });
      expect(tools.receiver.connections()).toBe(before);
    },
  );

  it('that a name resolves to are judged at each connection', async () => {
    const answers = [[{ address: '10.0.0.5', family: 4 }], [local]];
    const rebinding = tools.sender({ resolve: () => Promise.resolve(answers.shift() ?? []) });
    const blocked = await rebinding.send(request(named('a.example')));
    expect(blocked.errorCode).toBe('BLOCKED_ADDRESS');
    expect(blocked.errorMessage).toBe(
      'a.example resolves to an address inside that deliveries may not reach; DELIVERY_ALLOWED_CIDRS opens ranges.',
    );
    expect((await rebinding.send(request(named('a.example')))).statusCode).toBe(200);
  });

  it.runIf(process.platform === 'linux')(
    'that are refused are not tried where a name has others',
    async () => {
      let reached = 0;
      const other = createServer((socket) => {
        reached += 1;
        socket.destroy();
      });
      await new Promise<void>((done) => other.listen(tools.receiver.port, '127.0.0.2', done));
      tools.cleanUp(() => new Promise((resolve) => void other.close(() => resolve())));
      const mixed = tools.sender({
        rule: createAddressRule(['127.0.0.1/32']),
        resolve: () => Promise.resolve([{ address: '127.0.0.2', family: 4 }, local]),
      });
      expect((await mixed.send(request(named('a.example')))).statusCode).toBe(200);
      expect(reached).toBe(0);
    },
  );

  it('of localhost are blocked like any name’s', async () => {
    const outcome = await tools.sender({ rule: strict }).send(request(named('localhost')));
    expect(outcome.errorCode).toBe('BLOCKED_ADDRESS');
  });

  it('that cannot be found are DNS', async () => {
    for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
      const failing = tools.sender({
        resolve: () => Promise.reject(Object.assign(new Error(code), { code })),
      });
      const outcome = await failing.send(request(named('gone.example')));
      expect(outcome).toMatchObject({ statusCode: null, errorCode: 'DNS' });
      expect(outcome.errorMessage).toContain('gone.example');
    }
    const empty = tools.sender({ resolve: () => Promise.resolve([]) });
    expect((await empty.send(request(named('gone.example')))).errorCode).toBe('DNS');
  });

  it('are asked for once for all who connect at the same time', async () => {
    let asked = 0;
    const sharing = tools.sender({ resolve: () => ((asked += 1), Promise.resolve([local])) });
    await Promise.all([1, 2, 3].map(() => sharing.send(request(named('a.example')))));
    expect(asked).toBe(1);
  });
});

describe('TLS', () => {
  it('that cannot be verified is TLS', async () => {
    const pem = selfSigned('127.0.0.1');
    const server = createTlsServer({ key: pem, cert: pem }, (_request, response) => response.end());
    const url = `https://127.0.0.1:${await listen(server)}/`;
    tools.cleanUp(() => new Promise((resolve) => void server.close(() => resolve())));
    const outcome = await tools.sender().send(request(url));
    expect(outcome).toMatchObject({ statusCode: null, errorCode: 'TLS' });
    expect(outcome.errorMessage).toContain('self-signed');
  });

  it('with a port that speaks plain HTTP is TLS', async () => {
    const outcome = await tools
      .sender()
      .send(request(tools.receiver.url('/').replace('http:', 'https:')));
    expect(outcome.errorCode).toBe('TLS');
  });

  it('is asked for where only https is allowed', async () => {
    const outcome = await tools
      .sender({ httpsOnly: true })
      .send(request(tools.receiver.url('/plain')));
    expect(outcome).toMatchObject({ statusCode: null, errorCode: 'BLOCKED_ADDRESS' });
    expect(outcome.errorMessage).toContain('https://');
    expect(tools.receiver.requests('/plain')).toHaveLength(0);
  });
});
