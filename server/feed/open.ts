import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { endsWithin } from '../faults/time-bound.ts';
import { createAnnouncer, type FlushableAnnouncer } from './announcer.ts';
import { readPosition, type LoggedChange } from './change-log.ts';
import { createFollow, type Follow } from './follow.ts';
import { createCursors } from './sealed-cursor.ts';
import { createHub, type HubMember } from './hub.ts';
import type { FeedBackend } from './topics.ts';

/** Hears of each change of a tenant's deliveries; of null where so many changed at once that none is named. */
export type TenantWatcher = (change: LoggedChange | null) => void;

export interface Feed {
  readonly announcer: FlushableAnnouncer;
  readonly follow: Follow;
  /** Where the feed stands now: following after it misses nothing that commits from now on. */
  currentCursor(): Promise<string>;
  /** Calls `onChange` at every change from when it settles, until the function it answers is called. */
  watchTenant(tenantId: string, onChange: TenantWatcher): Promise<() => void>;
  /** Ends all followers, hands over what was announced (for a second at most) and closes the backend. */
  close(): Promise<void>;
}

export interface OpenFeedOptions {
  backend: FeedBackend;
  /** With `int8` as bigint. */
  pool: Pool;
  /** Seals the cursors; the same in all processes. */
  secretKey: Buffer;
  logger: Logger;
  /** How often the log is read while someone follows, in milliseconds; 1,000 where left out. */
  tailIntervalMs?: number | undefined;
  /** Changes kept for a reader that falls behind; 1,000 where left out. */
  bufferSize?: number | undefined;
}

const CLOSING_WAITS_MS = 1_000;

/** The live feed of one process. */
export function openFeed(options: OpenFeedOptions): Feed {
  const { backend, pool, secretKey, logger, tailIntervalMs, bufferSize } = options;
  const cursors = createCursors(secretKey);
  const announcer = createAnnouncer(backend, { logger });
  const hub = createHub({ backend, pool, logger, tailIntervalMs });

  return {
    announcer,
    follow: createFollow({ hub, pool, cursors, bufferSize }),
    currentCursor: async () => cursors.seal(await readPosition(pool)),

    async watchTenant(tenantId, onChange) {
      const member = watching((change) => {
        try {
          onChange(change);
        } catch (error) {
          logger.error({ err: error }, 'One who watches the live feed failed');
        }
      });
      await hub.join(tenantId, member);
      return () => hub.leave(tenantId, member);
    },

    async close() {
      await hub.close();
      await endsWithin(announcer.flush(), CLOSING_WAITS_MS);
      await backend.close();
    },
  };
}

function watching(onChange: TenantWatcher): HubMember {
  const told = (change: LoggedChange | null) => {
    onChange(change);
    return true;
  };
  return { receive: told, skip: () => told(null), keepsUp: () => null, end: () => {} };
}
