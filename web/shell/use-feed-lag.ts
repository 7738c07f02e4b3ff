import { useEffect, useState } from 'react';

import { feedLag } from '../live/feed-lag.ts';

/** Less than this is live. */
const LEAST_MS = 1_000;
const LOOK_MS = 500;

/** Whole seconds that the page is behind, where that is more than one; null where it is not. */
export function useFeedLag(): number | null {
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const lag = feedLag.get();
      setSeconds(lag > LEAST_MS ? Math.round(lag / 1_000) : null);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
