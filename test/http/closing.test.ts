import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { waitFor } from '../support/wait.ts';
import { serveApi, type ServedApi } from './served-api.ts';

let api: ServedApi;
const sockets: Socket[] = [];
beforeEach(async () => {
  api = await serveApi();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api.close();
});

const request = (query: string) => {
  const body = JSON.stringify({ query });
  return [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `authorization: Bearer ${api.keys.ADMIN}`,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
};

/** A connection, what came on it, and whether the server has ended it. */
async function open() {
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1');
  sockets.push(socket);
  const seen = { text: '', isEnded: false, error: null as Error | null };
  socket.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
  socket.on('end', () => (seen.isEnded = true)).on('error', (error) => (seen.error = error));
  await once(socket, 'connect');
  return { socket, seen };
}

const ECHO = '{ testEcho(value: 1) }';

describe('a server that closes', () => {
  it('answers once more on a connection that was idle, and tells its client to close it', async () => {
    const { socket, seen } = await open();
    socket.write(request(ECHO));
    await waitFor(() => seen.text.includes('{"testEcho":1}'));
    expect(seen.text).not.toMatch(/connection: close/i);
    seen.text = '';
    const closed = api.close();
    socket.write(request(ECHO));
    await waitFor(() => seen.isEnded);
    expect(seen.text).toMatch(/^HTTP\/1.1 200 OK[^]*connection: close[^]*\{"testEcho":1\}/i);
    expect(seen.error).toBeNull();
    await closed;
  });

  it('answers what was under way, and tells its client to close the connection', async () => {
    const { socket, seen } = await open();
    socket.write(request('{ testWait(ms: 300) }'));
    await waitFor(() => socket.bytesWritten > 0);
    await api.post({ query: ECHO }, { key: api.keys.ADMIN });
    const closed = api.close();
    await waitFor(() => seen.isEnded);
    expect(seen.text).toMatch(/^HTTP\/1.1 200 OK[^]*connection: close[^]*\{"testWait":true\}/i);
    await closed;
  });

  it('takes no new connection, and is down though nobody closes theirs', async () => {
    const { seen } = await open();
    const closed = api.close();
    await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await closed;
    await waitFor(() => seen.isEnded);
  });
});
