import { ChevronLeft, ChevronRight } from 'lucide-react';

import { Button } from './form/button.tsx';

export interface PagerProps {
  hasPrevious: boolean;
  hasNext: boolean;
  onPrevious: () => void;
  onNext: () => void;
  /** What is paged through: `Webhooks`. */
  label?: string | undefined;
}

/** To the page before and after; not there where all fits on one. */
export function Pager({ hasPrevious, hasNext, onPrevious, onNext, label = 'Pages' }: PagerProps) {
  if (!hasPrevious && !hasNext) return null;
  return (
    <nav aria-label={label} className="flex justify-end gap-2">
      <Button size="sm" icon={ChevronLeft} disabled={!hasPrevious} onClick={onPrevious}>
        Previous
      </Button>
      <Button size="sm" disabled={!hasNext} onClick={onNext}>
        Next
        <ChevronRight aria-hidden className="size-4" />
      </Button>
    </nav>
  );
}
