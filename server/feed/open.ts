import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createDatabaseClock } from '../database/clock.ts';
import { readPosition, type LoggedChange } from './log/change-log.ts';
import type { Announcer, FeedBackend } from './contract.ts';
import { createFollow, type Follow } from './follow.ts';
import { createHub, type HubReader } from './hub.ts';
import { createCursors } from './log/sealed-cursor.ts';
import type { SecretKeys } from '../domain/sealed-secret.ts';

export interface Feed {
  readonly announcer: Announcer;
  readonly follow: Follow;
  /** Where the feed stands now: following after it misses nothing that commits from now on. */
  currentCursor(): Promise<string>;
  /**
   * Calls `onChange` at every change of a tenant's deliveries from when it settles, until the
   * function it returns is called; with null where so many changed at once that none is named.
   */
  onChanges(tenantId: string, onChange: (change: LoggedChange | null) => void): Promise<() => void>;
  /** Ends all who follow, and closes the backend. */
  close(): Promise<void>;
}

export interface OpenFeedOptions {
  backend: FeedBackend;
  /** With `int8` as bigint. */
  pool: Pool;
  /** Seals the cursors; the same in all processes. */
  secretKeys: SecretKeys;
  logger: Logger;
  /** How often the log is read while someone follows, in milliseconds; 1,000 if omitted. */
  tailIntervalMs?: number | undefined;
  /** Changes kept for a reader that falls behind; 1,000 if omitted. */
  bufferSize?: number | undefined;
}

/** The live feed of one process. */
export function openFeed(options: OpenFeedOptions): Feed {
  const { backend, pool, secretKeys, logger, tailIntervalMs, bufferSize } = options;
  const cursors = createCursors(secretKeys);
  const clock = createDatabaseClock();
  const hub = createHub({ backend, pool, logger, clock, tailIntervalMs });

  return {
    announcer: backend,
    follow: createFollow({ hub, pool, cursors, clock, bufferSize }),
    currentCursor: async () => cursors.seal(await readPosition(pool)),

    async onChanges(tenantId, onChange) {
      const told = (change: LoggedChange | null) => {
        try {
          onChange(change);
        } catch (error) {
          logger.error({ err: error }, 'feed.reader_failed');
        }
        return true;
      };
      const reader: HubReader = {
        receive: (changes) => changes.every(told),
        skip: () => told(null),
        keepsUp: () => null,
        end: () => {},
      };
      await hub.join(tenantId, reader);
      return () => hub.leave(tenantId, reader);
    },

    async close() {
      await hub.close();
      await backend.close();
    },
  };
}
