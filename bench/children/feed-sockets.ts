import { WebSocket } from 'ws';

import { now } from '../percentiles.ts';

/** What came over the sockets, in milliseconds. */
export interface FeedReport {
  /** From the trigger to each delivery's SUCCESS, over the sockets that are looked at. */
  success: number[];
  /** From the change itself to its coming, by the database's clock, which is this machine's. */
  fromChange: number[];
  /** How many SENDING were seen, over the same. */
  sendings: number;
  /** What it took of the CPU that it shares with what it measures: a share of one core. */
  cpuShare: number;
}

/** Follows the feed over so many sockets: address, number of sockets, and a key of each tenant. */
const [address = '', count = '1', ...keys] = process.argv.slice(2);
const QUERY =
  'subscription { deliveryUpdated { status changedAt delivery { event { eventId } } } }';
const UPDATE = /"status":"(\w+)","changedAt":"([^"]+)".*"eventId":"([\d.]+)-(w?)/;
/** The others are read, but not looked at: what a bench spends is missing to what it measures. */
const LOOKED_AT = 10;
/** A server drops who does not answer its pings: an empty pong, masked. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const PONG_MS = 5_000;

const report: FeedReport = { success: [], fromChange: [], sendings: 0, cpuShare: 0 };

function follow(isLookedAt: boolean, key = ''): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('upgrade', ({ socket: connection }) => {
      if (isLookedAt) return;
      socket.once('message', () => {
        connection.removeAllListeners('data').on('data', () => undefined);
        setInterval(() => connection.write(PONG), PONG_MS);
      });
    });
    socket.once('close', (code) => reject(new Error(`a socket was closed with ${code}`)));
    socket.once('open', () => send({ type: 'connection_init', payload: { apiKey: key } }));
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes('"connection_ack"')) {
        send({ id: '1', type: 'subscribe', payload: { query: QUERY } });
        resolve();
        return;
      }
      const [, status, changedAt = '', triggeredAt, isWarmUp] = UPDATE.exec(text) ?? [];
      if (isWarmUp !== '') return;
      if (status === 'SENDING') report.sendings += 1;
      if (status === 'SUCCESS') {
        report.success.push(now() - Number(triggeredAt));
        report.fromChange.push(now() - Date.parse(changedAt));
      }
    });
  });
}

// One after the other: an address may have few that have not shown their key yet.
const every = Math.ceil(Number(count) / LOOKED_AT);
for (let n = 0; n < Number(count); n += 1) await follow(n % every === 0, keys[n % keys.length]);
const [begun, cpuBegun] = [now(), process.cpuUsage()];
process.send?.('ready');
process.once('message', () => {
  const { user, system } = process.cpuUsage(cpuBegun);
  process.send?.({ ...report, cpuShare: (user + system) / 1_000 / (now() - begun) });
});
