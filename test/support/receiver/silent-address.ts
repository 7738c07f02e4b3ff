import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A port that takes no connection (nor refuses one) until it is let. */
export interface SilentAddress {
  port: number;
  /** From now on it takes connections, those that waited too, and answers each request with 200. */
  answer(): void;
  close(): Promise<void>;
}

/** Connections that the system takes for it while it stands still. */
const QUEUE = 1;

/**
 * Listens in a thread that does nothing else and stands still: Linux drops what comes when the
 * queue of connections not taken is full, and whoever connects tries again after a second.
 */
export async function startSilentAddress(host: string): Promise<SilentAddress> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(
    `const { createServer } = require('node:http');
     const { parentPort, workerData } = require('node:worker_threads');
     const server = createServer((request, response) => request.resume().once('end', () => response.end('late')));
     server.listen({ host: workerData.host, port: 0, backlog: ${QUEUE} }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(workerData.gate, 0, 0);
     });`,
    { eval: true, workerData: { host, gate } },
  );
  const port = await new Promise<number>((resolve) => thread.once('message', resolve));
  // Linux takes one more than the queue's length; whoever comes then finds it full.
  const fillers = Array.from({ length: QUEUE + 1 }, () => connect({ host, port }));
  await Promise.all(fillers.map((filler) => once(filler, 'connect')));
  // Within their events they still count as connecting.
  await new Promise(setImmediate);
  const open = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return {
    port,
    answer: open,
    async close() {
      open();
      for (const filler of fillers) filler.destroy();
      await thread.terminate();
    },
  };
}
