import { classNames } from '../../../lib/class-names.ts';
import { PickBox } from '../picks/pick-box.tsx';
import { MOST_PICKED, type Picks } from '../picks/use-picks.ts';
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

export interface TableHeaderProps {
  layout: 'wide' | 'medium';
  picks: Picks | null;
  /** How many rows are loaded. */
  rows: number;
}

/** The table's headings, which stay in view. */
export function TableHeader({ layout, picks, rows }: TableHeaderProps) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className={classNames(
          'relative h-[35px] text-xs font-medium text-muted',
          COLUMNS[layout],
          picks !== null && 'pl-10',
        )}
      >
        {HEADINGS[layout].map(({ label, isNumber }, index) => (
          <span
            key={label}
            role="columnheader"
            className={classNames('truncate', isNumber === true && 'text-right')}
          >
            {/* Of the first, as the rows’ boxes are of their first cells. */}
            {index === 0 && picks !== null && <PickAll picks={picks} rows={rows} />}
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}

function PickAll({ picks, rows }: Pick<TableHeaderProps, 'rows'> & { picks: Picks }) {
  const { size } = picks.picked;
  const areAll = size > 0 && size >= Math.min(rows, MOST_PICKED);
  return (
    <PickBox
      label="Pick all that are loaded"
      checked={areAll || (size > 0 && 'mixed')}
      onToggle={() => picks.toggleAll(!areAll)}
      className="inset-y-0 left-0"
    />
  );
}
