import { useEffect, useRef } from 'react';

/** Runs after `trigger` has changed, at most once in `ms`, counted from the mounting. */
export function useAtMostEvery(ms: number, trigger: unknown, run: () => void): void {
  const lastRun = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    lastRun.current = Date.now();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (trigger === null || timer.current !== undefined) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        lastRun.current = Date.now();
        latest.current();
      },
      Math.max(0, lastRun.current + ms - Date.now()),
    );
  }, [ms, trigger]);
}
