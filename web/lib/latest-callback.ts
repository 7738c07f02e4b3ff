import { useCallback, useLayoutEffect, useRef } from 'react';

/** The same function at each render, which calls what was given last: for those that render by what they get. */
export function useLatestCallback<Args extends unknown[]>(
  callback: (...args: Args) => void,
): (...args: Args) => void {
  const latest = useRef(callback);
  useLayoutEffect(() => {
    latest.current = callback;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
