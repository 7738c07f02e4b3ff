import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';
import { WebSocket } from 'ws';

import { startRedisServer } from '../../test/support/queue/redis-server.ts';

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

const SOCKETS = 32;

/**
 * `{ __typename }` over sockets of bare graphql-ws, each with one operation at a time: operations a second, each
 * answered and completed.
 */
export async function bareSocket(seconds: number): Promise<number> {
  const child = await startChild('baseline-server.ts', 'yoga');
  const address = `ws://127.0.0.1:${String(child.ready)}/graphql`;
  let count = 0;
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, () => openEcho(address, () => (count += 1))),
  );
  const perSecond = async (duration: number) => {
    const before = count;
    await pause(1_000 * duration);
    return (count - before) / duration;
  };
  await perSecond(1);
  const rate = await perSecond(seconds);
  for (const socket of sockets) socket.terminate();
  child.end();
  return rate;
}

/** A socket that asks again as soon as it has been answered. */
function openEcho(address: string, onAnswer: () => void): Promise<WebSocket> {
  const socket = new WebSocket(address, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const ask = () => send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => send({ type: 'connection_init' }));
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes('"connection_ack"')) {
        ask();
        resolve(socket);
      } else if (text.includes('"complete"')) {
        onAnswer();
        ask();
      }
    });
  });
}

/** BullMQ on a Redis of its own that keeps what it takes: jobs that do nothing, added in chunks; a second. */
export async function noopJobs(seconds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  const redis = await startRedisServer(folder, { appendOnly: true });
  const child = await startChild('noop-jobs.ts', redis.url, String(seconds));
  child.end();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
  return Number(child.ready);
}
