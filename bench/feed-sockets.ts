import { WebSocket } from 'ws';

import { now } from './percentiles.ts';

/** What came over the sockets; all in milliseconds from the trigger. */
export interface FeedReport {
  /** Of each delivery's SUCCESS, over all sockets. */
  success: number[];
  /** How many SENDING were seen, over all sockets. */
  sendings: number;
}

/** Follows the feed over so many sockets: address, number of sockets, and a key of each tenant. */
const [address = '', count = '1', ...keys] = process.argv.slice(2);
const QUERY = 'subscription { deliveryUpdated { status delivery { event { eventId } } } }';
const UPDATE = /"status":"(\w+)".*"eventId":"([\d.]+)-/;

const report: FeedReport = { success: [], sendings: 0 };

function follow(key = ''): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`a socket was closed with ${code}`)));
    socket.once('open', () => send({ type: 'connection_init', payload: { apiKey: key } }));
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes('"connection_ack"')) {
        send({ id: '1', type: 'subscribe', payload: { query: QUERY } });
        resolve();
        return;
      }
      const [, status, triggeredAt] = UPDATE.exec(text) ?? [];
      if (status === 'SENDING') report.sendings += 1;
      if (status === 'SUCCESS') report.success.push(now() - Number(triggeredAt));
    });
  });
}

// One after the other: an address may have few that have not shown their key yet.
for (let n = 0; n < Number(count); n += 1) await follow(keys[n % keys.length]);
process.send?.('ready');
process.once('message', () => process.send?.(report));
