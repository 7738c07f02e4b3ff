import { describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { request, useHttpSender } from '../support/receiver/http-sender.ts';
import { closeWithoutAnswer, drip, hang, startReceiver } from '../support/receiver/receiver.ts';

const tools = useHttpSender();

describe('time', () => {
  it('runs out where nothing is answered', async () => {
    tools.receiver.on('/hang', hang());
    const outcome = await tools.sender().send(request(tools.receiver.url('/hang'), 150));
    expect(outcome).toMatchObject({ statusCode: null, errorCode: 'TIMEOUT', responseBody: null });
    expect(outcome.errorMessage).toContain('0.15 s');
    expect(outcome.durationMs).toBeGreaterThanOrEqual(145);
    expect(outcome.durationMs).toBeLessThan(10_000);
  });

  it('runs out over a body that drips, its status on record', async () => {
    tools.receiver.on('/drip', drip(20));
    const outcome = await tools.sender().send(request(tools.receiver.url('/drip'), 200));
    expect(outcome).toMatchObject({ statusCode: 200, errorCode: 'TIMEOUT' });
    expect(outcome.durationMs).toBeLessThan(10_000);
  });

  it('runs out over headers that drip', async () => {
    const { url } = await tools.rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-a: b\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await tools.sender().send(request(url, 200))).toMatchObject({
      statusCode: null,
      errorCode: 'TIMEOUT',
    });
  });

  it('runs out while a name is being resolved, and while waiting for a connection', async () => {
    const stuck = tools.sender({ resolve: () => new Promise(() => {}), connectionsPerOrigin: 1 });
    const sends = [1, 2].map(() => stuck.send(request('http://slow.example/', 100)));
    for (const outcome of await Promise.all(sends)) expect(outcome.errorCode).toBe('TIMEOUT');
  });
});

describe('a connection', () => {
  it('that is refused is CONNECTION', async () => {
    const gone = await startReceiver();
    await gone.close();
    const outcome = await tools.sender().send(request(gone.url('/')));
    expect(outcome).toMatchObject({ statusCode: null, errorCode: 'CONNECTION' });
    expect(outcome.errorMessage).toContain('refused');
  });

  it.each([
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('that is %s before the answer is CONNECTION, and sent on once', async (_how, end) => {
    const server = await tools.rawServer(end);
    const outcome = await tools.sender().send(request(server.url));
    expect(outcome).toMatchObject({ statusCode: null, errorCode: 'CONNECTION' });
    expect(outcome.errorMessage).toContain('before it answered');
    expect(server.requests()).toBe(1);
  });

  it('that ends in the middle of the answer is CONNECTION with its status', async () => {
    const { url } = await tools.rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n', () =>
        socket.resetAndDestroy(),
      );
    });
    expect(await tools.sender().send(request(url))).toMatchObject({
      statusCode: 200,
      errorCode: 'CONNECTION',
    });
  });

  it('that was let go while idle costs nothing: the send is made again on a new one', async () => {
    const single = tools.sender({ connectionsPerOrigin: 1 });
    const server = await tools.rawServer((socket, nth) => {
      if (nth === 2) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    expect((await single.send(request(server.url))).statusCode).toBe(200);
    expect((await single.send(request(server.url))).statusCode).toBe(200);
    expect([server.requests(), server.connections()]).toEqual([3, 2]);
  });

  it('that breaks again on the second try is CONNECTION, with no third', async () => {
    const single = tools.sender({ connectionsPerOrigin: 1 });
    const server = await tools.rawServer((socket, nth) => {
      if (nth > 1) socket.end();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    await single.send(request(server.url));
    expect((await single.send(request(server.url))).errorCode).toBe('CONNECTION');
    expect(server.requests()).toBe(3);
  });

  it('that breaks after a byte of the answer is not tried again', async () => {
    const single = tools.sender({ connectionsPerOrigin: 1 });
    const server = await tools.rawServer((socket, nth) => {
      if (nth === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      else socket.write('HTTP/1.1 2', () => socket.end());
    });
    await single.send(request(server.url));
    expect((await single.send(request(server.url))).errorCode).toBe('CONNECTION');
    expect(server.requests()).toBe(2);
  });

  it('closed by the built-in behaviour is CONNECTION', async () => {
    tools.receiver.on('/c', closeWithoutAnswer());
    expect((await tools.sender().send(request(tools.receiver.url('/c')))).errorCode).toBe(
      'CONNECTION',
    );
  });
});

describe('what is no HTTP is INVALID_RESPONSE', () => {
  it.each([
    ['another protocol', '220 mail.example ESMTP\r\n'],
    ['headers over 16 KiB', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a NUL in a header', 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n'],
  ])('%s', async (_what, answer) => {
    const { url } = await tools.rawServer((socket) => socket.write(answer));
    const outcome = await tools.sender().send(request(url));
    expect(outcome.errorCode).toBe('INVALID_RESPONSE');
  });

  it('a body shorter than its content-length', async () => {
    const { url } = await tools.rawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\nshort'),
    );
    expect(await tools.sender().send(request(url))).toMatchObject({
      statusCode: 200,
      errorCode: 'INVALID_RESPONSE',
    });
  });

  it('headers named like members of Object do no harm', async () => {
    const names = ['__proto__: a', 'constructor: b', 'constructor: c', 'toString: d'];
    const { url } = await tools.rawServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${names.join('\r\n')}\r\ncontent-length: 0\r\n\r\n`),
    );
    expect((await tools.sender().send(request(url))).errorCode).toBeNull();
  });
});
