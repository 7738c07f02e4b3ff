import { classNames } from '../../lib/class-names.ts';

/** The place of something that is on its way; give it the size of what will stand there. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return (
    <span
      aria-hidden
      className={classNames('block rounded-md bg-hover motion-safe:animate-pulse', className)}
    />
  );
}

export interface SkeletonRowsProps {
  rows: number;
  columns: number;
  /** A row's height, where it is not that of a dense table. */
  rowClassName?: string | undefined;
}

/** A list on its way. */
export function SkeletonRows({ rows, columns, rowClassName = 'h-11' }: SkeletonRowsProps) {
  return (
    <output aria-label="Loading" className="block divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className={classNames('flex items-center gap-6 px-4', rowClassName)}>
          {Array.from({ length: columns }, (_, column) => (
            <span key={column} className="min-w-0 flex-1">
              <Skeleton className={classNames('h-3.5', WIDTHS[(row + column) % WIDTHS.length])} />
            </span>
          ))}
        </span>
      ))}
    </output>
  );
}

const WIDTHS = ['w-3/4', 'w-1/2', 'w-2/3', 'w-5/6', 'w-2/5'];
