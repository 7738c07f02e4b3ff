import { X } from 'lucide-react';

import { filterPartsOf } from '../../../deliveries/filter-parts.ts';
import { useWebhookNames } from '../../../deliveries/use-webhook-names.ts';
import type { DeliveriesSearchState } from '../use-deliveries-search.ts';

/** What the list is narrowed by, each with the way to take it back. Nothing where it is not. */
export function FilterChips({ search, change, clearAll }: DeliveriesSearchState) {
  const nameOf = useWebhookNames(search.webhook ?? []);
  const chips = filterPartsOf(search, nameOf);
  if (chips.length === 0) return null;
  return (
    <ul
      aria-label="Filters in use"
      className="-m-1 flex max-h-18 flex-wrap items-center gap-1.5 overflow-auto p-1 [scrollbar-width:thin] max-sm:flex-nowrap max-sm:[scrollbar-width:none]"
    >
      {chips.map(({ key, name, value, without }) => (
        <li
          key={key}
          className="flex h-7 max-w-full min-w-0 shrink-0 items-center rounded-md border border-line-strong bg-surface pl-2 text-xs"
        >
          <span className="mr-1.5 text-muted">{name}</span>
          <span className="max-w-64 truncate font-medium" title={value}>
            {value}
          </span>
          <button
            type="button"
            aria-label={`Clear ${name.toLowerCase()} ${value}`}
            onClick={() => change(without)}
            className="ml-0.5 flex size-6.5 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
      <li className="shrink-0">
        <button
          type="button"
          onClick={clearAll}
          className="h-7 rounded-md px-2 text-xs font-medium text-accent hover:bg-hover focus-visible:-outline-offset-2"
        >
          Clear all
        </button>
      </li>
    </ul>
  );
}
