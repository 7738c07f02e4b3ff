import { X } from 'lucide-react';

import { STATUS_LABELS } from '../../../components/state/status-badge.tsx';
import { formatExact } from '../../../lib/time/time-format.ts';
import { RANGE_LABELS } from '../../../lib/time/time-range.ts';
import type { DeliveriesSearch } from '../../../deliveries/deliveries-search.ts';
import type { DeliveriesSearchState, SearchChange } from '../use-deliveries-search.ts';
import { useWebhookNames } from '../use-webhook-names.ts';

interface Chip {
  key: string;
  name: string;
  value: string;
  /** The change that clears it. */
  without: SearchChange;
}

/** What the list is narrowed by, each with the way to take it back. Nothing where it is not. */
export function FilterChips({ search, change, clearAll }: DeliveriesSearchState) {
  const nameOf = useWebhookNames(search.webhook ?? []);
  const chips = chipsOf(search, nameOf);
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

/** The chips of a search, in the order in which the bar has its filters. */
function chipsOf(search: DeliveriesSearch, nameOf: (webhookId: string) => string): Chip[] {
  const {
    event,
    status = [],
    webhook = [],
    type = [],
    customer = [],
    range,
    from,
    to,
    test,
  } = search;
  const chips: Chip[] = [];
  if (event !== undefined) {
    chips.push({ key: 'event', name: 'Event id', value: event, without: { event: undefined } });
  }
  for (const each of status) {
    chips.push({
      key: each,
      name: 'Status',
      value: STATUS_LABELS[each],
      without: { status: status.filter((other) => other !== each) },
    });
  }
  for (const id of webhook) {
    chips.push({
      key: id,
      name: 'Webhook',
      value: nameOf(id),
      without: { webhook: webhook.filter((other) => other !== id) },
    });
  }
  for (const each of type) {
    chips.push({
      key: `type ${each}`,
      name: 'Event type',
      value: each,
      without: { type: type.filter((other) => other !== each) },
    });
  }
  for (const each of customer) {
    chips.push({
      key: `customer ${each}`,
      name: 'Customer',
      value: each,
      without: { customer: customer.filter((other) => other !== each) },
    });
  }
  if (range !== undefined) {
    chips.push({
      key: 'range',
      name: 'Time',
      value: RANGE_LABELS[range],
      without: { range: undefined },
    });
  }
  if (from !== undefined) {
    chips.push({
      key: 'from',
      name: 'From',
      value: formatExact(from),
      without: { from: undefined },
    });
  }
  if (to !== undefined) {
    chips.push({ key: 'to', name: 'To', value: formatExact(to), without: { to: undefined } });
  }
  if (test !== undefined) {
    chips.push({
      key: 'test',
      name: 'Tests',
      value: test === 'only' ? 'Only tests' : 'No tests',
      without: { test: undefined },
    });
  }
  return chips;
}
