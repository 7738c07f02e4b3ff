import { Pool } from 'undici';

import { startChild } from './child.ts';
import { PAYLOAD } from './driver.ts';

/** Requests a second over 32 connections, each answered before the next on its connection. */
async function flatOut(
  address: string,
  { path, body, seconds }: { path: string; body: string; seconds: number },
): Promise<number> {
  const connections = 32;
  const pool = new Pool(address, { connections });
  const post = async () => {
    const { body: answer } = await pool.request({
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
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

/** A delivery's body, POSTed by undici's `request` to the receiver of the benches. */
export async function rawPost(seconds: number): Promise<number> {
  const receiver = await startChild('receiver.ts');
  const body = JSON.stringify({
    data: PAYLOAD,
    event_id: '1764300000000.123-1',
    event_type: 'user.created',
    timestamp: '2026-11-28T09:00:00.000Z',
    type: 'user.created',
  });
  const rate = await flatOut(`http://127.0.0.1:${String(receiver.ready)}`, {
    path: '/',
    body,
    seconds,
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
