import { RotateCw, X } from 'lucide-react';
import { useState } from 'react';

import { Button, IconButton } from '../../../components/form/button.tsx';
import { formatCount } from '../../../lib/number-format.ts';
import { RetryMany } from '../../../recoveries/retry-many.tsx';
import { RETRYABLE } from '../retry-all.tsx';
import { MOST_PICKED, type Picks } from './use-picks.ts';

/** What can be done with the rows that are picked; nothing while none is. */
export function PicksBar({ picks }: { picks: Picks }) {
  const { picked, clear } = picks;
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  if (picked.size === 0 && asked === null) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-4 z-20 flex justify-center px-4">
      <div
        role="toolbar"
        aria-label="Picked deliveries"
        className="pointer-events-auto flex items-center gap-2 rounded-lg border border-line-strong bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-pop"
      >
        <span aria-live="polite" className="mr-1 tabular-nums">
          {formatCount(picked.size)} picked
          {picked.size >= MOST_PICKED && (
            <span className="text-muted"> · that is the most at once</span>
          )}
        </span>
        <Button size="sm" variant="primary" icon={RotateCw} onClick={() => setAsked([...picked])}>
          Retry {formatCount(picked.size)}
        </Button>
        <IconButton icon={X} label="Clear the picks (Escape)" onClick={clear} />
      </div>
      {asked !== null && (
        <RetryMany
          filter={{ ids: [...asked], statuses: [...RETRYABLE] }}
          narrowedTo={[]}
          onStarted={clear}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
