import { useState } from 'react';

/** As long as what has just come in still counts as news. */
const NEWS_MS = 2_000;

export interface ChangeFlashProps {
  version: number;
  updatedAt: string;
}

/**
 * A soft light behind a row that has just changed. It takes no room; the row has to be `relative`
 * and a stacking context of its own.
 */
export function ChangeFlash({ version, updatedAt }: ChangeFlashProps) {
  // A row that is only scrolled into view has not changed, unless it did so a moment ago.
  const [first] = useState(() =>
    Math.abs(Date.now() - Date.parse(updatedAt)) < NEWS_MS ? null : version,
  );
  if (version === first) return null;
  return (
    <span
      key={version}
      aria-hidden
      className="pointer-events-none absolute inset-0 -z-1 bg-accent-soft opacity-0 motion-safe:animate-flash"
    />
  );
}
