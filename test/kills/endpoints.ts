import { setTimeout as pause } from 'node:timers/promises';
import type { Platform } from '../support/installation/platform.ts';
import type { Random } from '../support/random.ts';
import type { Receiver } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';
import type { History, SeenRequest } from './history.ts';

/** A webhook of each kind, all of the same events, whose requests are noted. */
export interface Endpoints {
  readonly webhooks: History['webhooks'];
  readonly requests: SeenRequest[];
  /** Deliveries that were answered with a success. */
  readonly answered: ReadonlySet<string>;
  /** Waits until so many more are. */
  answeredMore(count: number): Promise<void>;
}

const MORE_WITHIN_MS = 120_000;

/** One that answers soon, one slowly, one that fails each delivery once, one that keeps order. */
const KINDS = [
  { path: '/soon', mostMs: 600, attempts: 1, keepsOrder: false },
  { path: '/slow', mostMs: 3_000, attempts: 1, keepsOrder: false },
  { path: '/fails-once', mostMs: 300, attempts: 2, keepsOrder: false },
  { path: '/in-order', mostMs: 150, attempts: 1, keepsOrder: true },
];

export async function openEndpoints(
  receiver: Receiver,
  platform: Platform,
  random: Random,
): Promise<Endpoints> {
  const webhooks: History['webhooks'][number][] = [];
  const requests: SeenRequest[] = [];
  const answered = new Set<string>();
  for (const { path, mostMs, attempts, keepsOrder } of KINDS) {
    const { id } = await platform.createWebhook({
      url: receiver.url(path),
      ...(keepsOrder ? { ordering: 'KEY' } : {}),
    });
    webhooks.push({ id, attempts, keepsOrder });
    receiver.on(path, ({ headers, at }, response) => {
      const deliveryId = String(headers['webhook-id']);
      const attempt = Number(headers['x-webhook-attempt']);
      const request: SeenRequest = { deliveryId, attempt, webhookId: id, at, endedAt: null };
      requests.push(request);
      const isGood = attempt >= attempts;
      response.once('close', () => (request.endedAt = Date.now()));
      void pause(random.integer(0, mostMs)).then(() => {
        response.writeHead(isGood ? 200 : 500).end();
        if (isGood) answered.add(deliveryId);
      });
    });
  }
  return {
    webhooks,
    requests,
    answered,
    async answeredMore(count) {
      const enough = answered.size + count;
      await waitFor(() => answered.size >= enough, { timeoutMs: MORE_WITHIN_MS });
    },
  };
}
