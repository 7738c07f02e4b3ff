import { useEffect, useRef, useState } from 'react';
import { useSubscription } from 'urql';

import { useConnectionStatus } from './connection/connection-status.ts';
import { graphql } from './graphql.ts';

const DeliveriesChanged = graphql(`
  subscription DeliveriesChanged($webhookId: ID) {
    statsUpdated(webhookId: $webhookId, window: DAY) {
      total
      pending
      sending
      retrying
      success
      failed
    }
  }
`);

export interface ReadAgainOptions {
  /** Whether it could not be read: then it is tried again until it can. */
  hasFailed: boolean;
  /** The webhook whose deliveries change what is shown; null: those of all. Of none if omitted. */
  changedBy?: { webhookId: string | null } | undefined;
  /** While somebody aims at a row, nothing moves. */
  isHeld?: boolean | undefined;
}

/** Between two readings, however much changes. */
const REST_MS = 5_000;
/** While rows are held, whether they still are is looked at so often. */
const LOOK_AGAIN_MS = 500;
/** What changes with no word of it (an event that goes to nobody, a setting) is seen so late at most. */
const EVERY_MS = 15_000;

/** When to read: soon, but not too often, and not while the rows are held. */
function createReadings() {
  let current = { read: () => {}, isHeld: false };
  let lastAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function run(): void {
    timer = undefined;
    // Whoever comes back to the page has it read then.
    if (document.visibilityState !== 'visible') return;
    if (current.isHeld) {
      timer = setTimeout(run, LOOK_AGAIN_MS);
      return;
    }
    lastAt = Date.now();
    current.read();
  }
  function soon(): void {
    timer ??= setTimeout(run, Math.max(0, lastAt + REST_MS - Date.now()));
  }
  return {
    set(next: typeof current): void {
      current = next;
    },
    /** The page reads by itself when it opens. */
    begin(): void {
      lastAt = Date.now();
    },
    soon,
    atOnce(): void {
      lastAt = 0;
      soon();
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/**
 * Keeps a page true that does not follow the feed: it is read again when deliveries change, the
 * reader comes back to it, the connection is back or it could not be read; and now and then.
 */
export function useReadAgain(read: () => void, options: ReadAgainOptions): void {
  const { hasFailed, changedBy, isHeld = false } = options;
  const [readings] = useState(createReadings);
  useEffect(() => readings.set({ read, isHeld }));

  useEffect(() => {
    readings.begin();
    const onReturn = () => {
      if (document.visibilityState === 'visible') readings.soon();
    };
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    const interval = setInterval(onReturn, EVERY_MS);
    return () => {
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
      clearInterval(interval);
      readings.stop();
    };
  }, [readings]);

  const { status } = useConnectionStatus();
  const wasLost = useRef(false);
  useEffect(() => {
    if (status !== 'live') wasLost.current = true;
    else if (wasLost.current) {
      wasLost.current = false;
      readings.atOnce();
    }
  }, [status, readings]);

  useEffect(() => {
    if (!hasFailed) return;
    const timer = setInterval(readings.soon, REST_MS);
    return () => clearInterval(timer);
  }, [hasFailed, readings]);

  const [{ data }] = useSubscription({
    query: DeliveriesChanged,
    variables: { webhookId: changedBy?.webhookId ?? null },
    pause: changedBy === undefined,
  });
  const seen = data === undefined ? null : JSON.stringify(data.statsUpdated);
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (seen === null || seen === before.current) return;
    // The first is the current state, which the page has just read.
    if (before.current !== null) readings.soon();
    before.current = seen;
  }, [seen, readings]);
}
