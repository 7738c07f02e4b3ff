import { useState } from 'react';

/**
 * The same object for as long as it says the same (compared as JSON): what is made anew in each
 * render can then stand among the dependencies of a hook.
 */
export function useSameValue<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  const [kept, setKept] = useState({ text, value });
  if (kept.text === text) return kept.value;
  setKept({ text, value });
  return value;
}
