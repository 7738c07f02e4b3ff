import { createServer } from 'node:http';

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createAddressRule } from '../../../server/domain/address/address-rule.ts';
import { createHttpSender } from '../../../server/worker/sender/http-sender.ts';
import type { HttpSender, HttpSenderOptions } from '../../../server/worker/sender/http-sender.ts';
import { startRawServer } from './raw-server.ts';
import type { RawServer } from './raw-server.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';

/** A value among the headers of {@link request} that no message may show. */
export const SECRET = 'whsec_do-not-tell';

export const request = (url: string, timeoutMs = 5_000) => ({
  url,
  headers: [
    ...['content-type', 'application/json'],
    ...['X-Webhook-Event', 'user.created'],
    ...['authorization', SECRET],
  ],
  body: '{"data":{"name":"J\\u00fcrgen"}}',
  timeoutMs,
});

/** One receiver for a file's tests, and senders that end with the test that made them. */
export function useHttpSender() {
  let receiver: Receiver | undefined;
  const cleanups: (() => Promise<void>)[] = [];
  const loopback = createAddressRule(['127.0.0.0/8', '::1/128']);

  beforeAll(async () => {
    receiver = await startReceiver();
  });
  beforeEach(() => receiver?.reset());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });
  afterAll(() => receiver?.close());

  return {
    get receiver(): Receiver {
      if (receiver === undefined) throw new Error('the receiver starts before the first test');
      return receiver;
    },
    /** A sender that may reach loopback, or as `options` say. */
    sender(options: Partial<HttpSenderOptions> = {}): HttpSender {
      const sender = createHttpSender({ rule: loopback, httpsOnly: false, ...options });
      cleanups.push(() => sender.close());
      return sender;
    },
    async rawServer(...script: Parameters<typeof startRawServer>): Promise<RawServer> {
      const server = await startRawServer(...script);
      cleanups.push(() => server.close());
      return server;
    },
    /** One that answers each request with 200 and "here", on this very address. */
    async serverAt(host: string, port: number): Promise<{ requests(): number }> {
      let requests = 0;
      const server = createServer((incoming, response) => {
        requests += 1;
        incoming.resume().once('end', () => response.end('here'));
      });
      await new Promise<void>((resolve) => server.listen(port, host, resolve));
      cleanups.push(async () => {
        server.closeAllConnections();
        await new Promise((resolve) => void server.close(resolve));
      });
      return { requests: () => requests };
    },
    cleanUp(cleanup: () => Promise<void>): void {
      cleanups.push(cleanup);
    },
  };
}
