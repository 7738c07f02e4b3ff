import { classNames } from '../../../lib/class-names.ts';
import { COLUMNS } from './table-layout.ts';

interface Heading {
  label: string;
  isNumber?: boolean;
}

const HEADINGS: Readonly<Record<'wide' | 'medium', readonly Heading[]>> = {
  wide: [
    { label: 'Status' },
    { label: 'Event type' },
    { label: 'Event id' },
    { label: 'Webhook' },
    { label: 'Attempts', isNumber: true },
    { label: 'Last result' },
    { label: 'Duration', isNumber: true },
    { label: 'Created', isNumber: true },
    { label: 'Next attempt', isNumber: true },
  ],
  medium: [
    { label: 'Status' },
    { label: 'Event type' },
    { label: 'Webhook' },
    { label: 'Attempts', isNumber: true },
    { label: 'Last result' },
    { label: 'Created', isNumber: true },
  ],
};

/** The table's headings, which stay in view. */
export function TableHeader({ layout }: { layout: 'wide' | 'medium' }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className={classNames('h-[35px] text-xs font-medium text-muted', COLUMNS[layout])}
      >
        {HEADINGS[layout].map(({ label, isNumber }) => (
          <span
            key={label}
            role="columnheader"
            className={classNames('truncate', isNumber === true && 'text-right')}
          >
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}
