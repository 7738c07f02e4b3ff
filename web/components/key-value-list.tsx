import { Fragment, type ReactNode } from 'react';

export interface KeyValueListProps {
  items: readonly { term: string; detail: ReactNode }[];
}

/** Facts about one thing, name by name. */
export function KeyValueList({ items }: KeyValueListProps) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] items-baseline gap-x-6 gap-y-2 text-sm">
      {items.map(({ term, detail }) => (
        <Fragment key={term}>
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0 wrap-anywhere">{detail}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
