import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { now } from '../percentiles.ts';

/** What came in, in milliseconds. */
export interface ReceiverReport {
  /** Requests whose body was read. */
  count: number;
  /** Deliveries that came more than once, and those with a signature that is not good. */
  doubled: number;
  unsigned: number;
  /** When the last one came. */
  lastAt: number;
  /** From the trigger to the coming, of events whose id begins with when they were triggered. */
  latencies: number[];
}

/** The receiver's paths, each with the secret of its webhook. */
export interface Secrets {
  secrets: Record<string, string>;
}

/** Answers each request with 200, once its body is there. */
const report: ReceiverReport = { count: 0, doubled: 0, unsigned: 0, lastAt: 0, latencies: [] };
const EVENT_ID = /"event_id":"([\d.]+)-(w?)/;
const seen = new Set<string>();
let secrets: Secrets['secrets'] = {};

const server = createServer((request, response) => {
  const arrivedAt = now();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    response.writeHead(200, { 'content-length': 0 }).end();
    report.count += 1;
    report.lastAt = arrivedAt;
    const { 'webhook-id': id, 'x-webhook-signature': signature } = request.headers;
    // A raw POST, to compare with.
    if (typeof id !== 'string') return;
    const body = Buffer.concat(chunks);
    if (seen.has(id)) report.doubled += 1;
    seen.add(id);
    const hmac = createHmac('sha256', secrets[request.url ?? ''] ?? '').update(body);
    if (signature !== `sha256=${hmac.digest('hex')}`) report.unsigned += 1;
    const [, triggeredAt, isWarmUp] = EVENT_ID.exec(body.toString('latin1')) ?? [];
    if (triggeredAt !== undefined && isWarmUp === '') {
      report.latencies.push(arrivedAt - Number(triggeredAt));
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port }: Partial<AddressInfo> = Object(server.address());
  process.send?.(port);
});
process.on('message', (message: string | Secrets) => {
  if (typeof message === 'string') process.send?.(report);
  else ({ secrets } = message);
});
