import { randomUUID } from 'node:crypto';

import { endsWithin } from '../../faults/time-bound.ts';
import { traceStep } from '../../steps.ts';
import type { Announcer } from '../contract.ts';
import type { PaceOptions } from '../pace.ts';
import { createOutbox } from './outbox.ts';
import { createTenantsHeard } from './tenants-heard.ts';

/** What is announced and heard in one process, whatever carries it to the others. */
export interface Announcements extends Announcer {
  /** Takes what came from some process; its own was heard at once, and is passed over. */
  receive(tenantId: string, sender: string | undefined): void;
  /** See {@link TenantsHeard}. */
  listen(tenantId: string, onChange: () => void): () => boolean;
  /** The tenants that are listened to. */
  heard(): string[];
  /** Hands over what waits, for a second at most: a server may not answer. */
  flush(): Promise<void>;
}

const FLUSH_MS = 1_000;

/** @param send announces some tenants, each once, to the other processes, with this process's id; it never rejects. */
export function createAnnouncements(
  send: (tenantIds: readonly string[], sender: string) => Promise<void>,
  pace: PaceOptions,
): Announcements {
  const tenants = createTenantsHeard();
  const self = randomUUID();
  const outbox = createOutbox(async (tenantIds) => {
    await send(tenantIds, self);
    traceStep('announced', () => tenantIds);
  }, pace);
  return {
    announce(tenantIds) {
      const each = [...new Set(tenantIds)];
      for (const tenantId of each) tenants.tell(tenantId);
      outbox.add(each);
    },
    receive(tenantId, sender) {
      if (sender !== self) tenants.tell(tenantId);
    },
    listen: tenants.add,
    heard: tenants.ids,
    async flush() {
      await endsWithin(outbox.flush(), FLUSH_MS);
    },
  };
}
