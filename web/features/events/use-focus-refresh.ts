import { useEffect, useRef } from 'react';

const REST_MS = 5_000;

/** Has something read again when the reader comes back to the page, every five seconds at most. */
export function useFocusRefresh(refresh: () => void): void {
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => {
    let lastAt = Date.now();
    const onReturn = () => {
      if (document.visibilityState !== 'visible' || Date.now() - lastAt < REST_MS) return;
      lastAt = Date.now();
      latest.current();
    };
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, []);
}
