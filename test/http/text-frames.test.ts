import { once } from 'node:events';

import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { textFrame, utf8Bytes } from '../../server/http/sockets/text-frames.ts';

/** What a client reads where these bytes are written beside a message of ws before and after them. */
async function readBetween(bytes: string): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.once('connection', (socket, { socket: connection }) => {
    socket.send('begin');
    connection.write(bytes, 'latin1');
    socket.send('end');
    socket.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const messages: string[] = [];
  client.on('message', (data) => messages.push(String(data)));
  const [code] = await once(client, 'close');
  server.close();
  expect(code).toBe(1005);
  return messages;
}

test('a client reads messages of every length, in every script, in their order', async () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
  const scripts = ['é', '用户', '🦊'.repeat(40), 'ÿ\u0080', 'é'.repeat(40_000)];
  const texts = [...lengths.map((length) => 'x'.repeat(length)), ...scripts];
  const frames = texts.map((text) => textFrame(utf8Bytes(text)));
  expect(await readBetween(frames.join(''))).toEqual(['begin', ...texts, 'end']);
});
