import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';

import { Button } from '../form/button.tsx';
import { Popover } from './popover.tsx';

export interface FilterMenuProps {
  label: string;
  /** What the button says; the label, and how much is chosen, if omitted. */
  text?: string | undefined;
  /** What its panel is called; `Filter by …` if omitted. */
  panel?: string | undefined;
  /** How many are chosen. */
  count: number;
  children: ReactNode | ((close: () => void) => ReactNode);
  className?: string | undefined;
}

/** A filter's button, which says how much is chosen, and the panel to choose in. */
export function FilterMenu(props: FilterMenuProps) {
  const { label, text, panel, count, children, className } = props;
  return (
    <Popover
      label={panel ?? `Filter by ${label.toLowerCase()}`}
      className={className}
      trigger={
        <Button size="sm" aria-label={text && `${label}: ${text}`} className="h-9! gap-1!">
          <span className="truncate">{text ?? label}</span>
          {text === undefined && count > 0 && (
            <span className="min-w-5 rounded-full bg-accent-soft px-1.5 text-center text-xs text-accent tabular-nums">
              {count}
              <span className="sr-only"> chosen</span>
            </span>
          )}
          <ChevronDown aria-hidden className="size-4 text-muted" />
        </Button>
      }
    >
      {children}
    </Popover>
  );
}
