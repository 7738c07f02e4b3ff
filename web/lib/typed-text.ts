import { useCallback, useEffect, useRef, useState } from 'react';

const TYPING_MS = 300;

export interface TypedText {
  typed: string;
  setTyped: (text: string) => void;
  /** Does not wait for the typing to rest. */
  tellNow: () => void;
}

/**
 * What is typed into a search, passed on (trimmed) once the typing rests for 300 ms; what comes from
 * outside, as by going back, takes its place.
 */
export function useTypedText(told: string, onRest: (text: string) => void): TypedText {
  const [typed, setTyped] = useState(told);
  const lastTold = useRef(told);
  const latest = useRef(onRest);
  useEffect(() => {
    latest.current = onRest;
  });
  useEffect(() => {
    if (told === lastTold.current) return;
    lastTold.current = told;
    setTyped(told);
  }, [told]);
  const tell = useCallback((text: string) => {
    if (text.trim() === lastTold.current) return;
    lastTold.current = text.trim();
    latest.current(text.trim());
  }, []);
  useEffect(() => {
    // An emptied search has nothing to wait for.
    const timer = setTimeout(() => tell(typed), typed === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, tell]);
  return { typed, setTyped, tellNow: () => tell(typed) };
}
