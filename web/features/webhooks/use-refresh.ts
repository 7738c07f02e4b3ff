import { useEffect, useRef } from 'react';
import { useSubscription } from 'urql';

import { graphql } from '../../graphql/graphql.ts';

const DeliveriesChanged = graphql(`
  subscription WebhooksStatsChanged {
    statsUpdated(window: DAY) {
      total
      success
      failed
    }
  }
`);

const REST_MS = 5_000;

/** Has numbers on many webhooks read again while deliveries change them, every five seconds at most. */
export function useRefresh(refresh: () => void): void {
  const [{ data }] = useSubscription({ query: DeliveriesChanged });
  const latest = useRef(refresh);
  const lastAt = useRef(0);
  useEffect(() => {
    latest.current = refresh;
  });
  const seen = JSON.stringify(data?.statsUpdated);
  const first = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (seen === undefined || seen === first.current) return;
    // The first tells how it stands, which the list has just read itself.
    const isFirst = first.current === undefined;
    first.current = seen;
    if (isFirst) return;
    const wait = Math.max(0, lastAt.current + REST_MS - Date.now());
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      latest.current();
    }, wait);
    return () => clearTimeout(timer);
  }, [seen]);
}
