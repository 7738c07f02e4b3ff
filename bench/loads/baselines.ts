import { createHmac } from 'node:crypto';

import { Pool } from 'undici';

import { startChild } from '../children/child.ts';
import { PAYLOAD } from '../stand/driver.ts';

/** Requests a second over 32 connections, each answered before the next on its connection. */
async function flatOut(
  address: string,
  {
    path,
    body,
    seconds,
    headers = () => ({ 'content-type': 'application/json' }),
  }: {
    path: string;
    body: string;
    seconds: number;
    headers?: () => Record<string, string>;
  },
): Promise<number> {
  const connections = 32;
  const pool = new Pool(address, { connections });
  const post = async () => {
    const { body: answer } = await pool.request({
      path,
      method: 'POST',
      headers: headers(),
      body,
    });
    await answer.text();
  };
  const loop = async (until: number) => {
    let count = 0;
    for (; performance.now() < until; count += 1) await post();
    return count;
  };
  const all = (duration: number) => {
    const until = performance.now() + duration * 1_000;
    return Promise.all(Array.from({ length: connections }, () => loop(until)));
  };
  await all(1);
  const counts = await all(seconds);
  await pool.close();
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/**
 * What a delivery is on the wire, POSTed by undici's `request` to the receiver of the benches, which
 * does with it what it does with a delivery.
 */
export async function rawPost(seconds: number): Promise<number> {
  const receiver = await startChild('receiver.ts');
  const secret = 'a secret';
  receiver.tell({ secrets: { '/': secret } });
  const body = JSON.stringify({
    data: PAYLOAD,
    event_id: '1764300000000.123-w1',
    event_type: 'user.created',
    timestamp: '2026-11-28T09:00:00.000Z',
    type: 'user.created',
  });
  const headers = {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'NEXUS-Webhooks/0.0.0',
    'webhook-timestamp': '1764300000',
    'webhook-signature': `v1,${'x'.repeat(44)}`,
    'X-Webhook-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    'X-Webhook-Event': 'user.created',
    'X-Webhook-Delivery': 'dlv_06gq8x2k7f0000000000000000',
    'X-Webhook-Attempt': '1',
  };
  let n = 0;
  const rate = await flatOut(`http://127.0.0.1:${String(receiver.ready)}`, {
    path: '/',
    body,
    seconds,
    headers: () => ({ ...headers, 'webhook-id': `raw_${(n += 1)}` }),
  });
  receiver.end();
  return rate;
}

/** `{ __typename }`, asked of bare Yoga, or of node:http with JSON and nothing else. */
export async function typename(server: 'yoga' | 'node', seconds: number): Promise<number> {
  const child = await startChild('baseline-server.ts', server);
  const rate = await flatOut(`http://127.0.0.1:${String(child.ready)}`, {
    path: '/graphql',
    body: '{"query":"{ __typename }"}',
    seconds,
  });
  child.end();
  return rate;
}

/** The same of a server of the product. */
export const typenameOf = (address: string, seconds: number) =>
  flatOut(address, { path: '/graphql', body: '{"query":"{ __typename }"}', seconds });
