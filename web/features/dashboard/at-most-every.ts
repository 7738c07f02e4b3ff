import { useEffect, useRef } from 'react';

/** Runs after `trigger` has changed, soon the first time and then at most once in `ms`. */
export function useAtMostEvery(ms: number, trigger: unknown, run: () => void): void {
  const lastRun = useRef(Date.now());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
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
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
