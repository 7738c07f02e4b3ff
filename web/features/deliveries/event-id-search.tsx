import { useEffect, useRef, useState } from 'react';

import { SearchInput } from '../../components/search-input.tsx';

const TYPING_MS = 300;

export interface EventIdSearchProps {
  value: string;
  onChange: (value: string) => void;
}

/** Finds the deliveries of one event by the id that its sender gave it. */
export function EventIdSearch({ value, onChange }: EventIdSearchProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // Cleared by its chip, or by going back: what stands in the address wins over what was typed.
  if (value !== known) {
    setKnown(value);
    if (value !== typed.trim()) setTyped(value);
  }
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  const text = typed.trim();
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change.current(text), text === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <SearchInput
      label="Event id, exact"
      placeholder="Event id, exact"
      value={typed}
      onChange={setTyped}
      shortcut="/"
      isMono
      className="w-full sm:w-64"
    />
  );
}
