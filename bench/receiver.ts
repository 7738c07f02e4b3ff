import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { now } from './percentiles.ts';

/** Answers each delivery with 200. An event's id begins with when it was triggered. */
const latencies: number[] = [];
const EVENT_ID = /"event_id":"([\d.]+)-/;

const server = createServer((request, response) => {
  const arrivedAt = now();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    response.writeHead(200, { 'content-length': 0 }).end();
    const triggeredAt = EVENT_ID.exec(Buffer.concat(chunks).toString('latin1'))?.[1];
    if (triggeredAt !== undefined) latencies.push(arrivedAt - Number(triggeredAt));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port }: Partial<AddressInfo> = Object(server.address());
  process.send?.(port);
});
process.once('message', () => process.send?.(latencies));
