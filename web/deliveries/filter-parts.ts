import { STATUS_LABELS } from '../components/state/status-badge.tsx';
import { formatExact } from '../lib/time/time-format.ts';
import { RANGE_LABELS } from '../lib/time/time-range.ts';
import type { DeliveriesSearch, SearchChange } from './deliveries-search.ts';

/** One thing that deliveries are narrowed by, in words. */
export interface FilterPart {
  key: string;
  name: string;
  value: string;
  /** The change that clears it. */
  without: SearchChange;
}

/** The parts of a filter, in the order in which the page's bar has them. */
export function filterPartsOf(
  search: DeliveriesSearch,
  nameOf: (webhookId: string) => string,
): FilterPart[] {
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
  const parts: FilterPart[] = [];
  if (event !== undefined) {
    parts.push({ key: 'event', name: 'Event id', value: event, without: { event: undefined } });
  }
  for (const each of status) {
    parts.push({
      key: each,
      name: 'Status',
      value: STATUS_LABELS[each],
      without: { status: status.filter((other) => other !== each) },
    });
  }
  for (const id of webhook) {
    parts.push({
      key: id,
      name: 'Webhook',
      value: nameOf(id),
      without: { webhook: webhook.filter((other) => other !== id) },
    });
  }
  for (const each of type) {
    parts.push({
      key: `type ${each}`,
      name: 'Event type',
      value: each,
      without: { type: type.filter((other) => other !== each) },
    });
  }
  for (const each of customer) {
    parts.push({
      key: `customer ${each}`,
      name: 'Customer',
      value: each,
      without: { customer: customer.filter((other) => other !== each) },
    });
  }
  if (range !== undefined) {
    parts.push({
      key: 'range',
      name: 'Time',
      value: RANGE_LABELS[range],
      without: { range: undefined },
    });
  }
  if (from !== undefined) {
    parts.push({
      key: 'from',
      name: 'From',
      value: formatExact(from),
      without: { from: undefined },
    });
  }
  if (to !== undefined) {
    parts.push({ key: 'to', name: 'To', value: formatExact(to), without: { to: undefined } });
  }
  if (test !== undefined) {
    parts.push({
      key: 'test',
      name: 'Tests',
      value: test === 'only' ? 'Only tests' : 'No tests',
      without: { test: undefined },
    });
  }
  return parts;
}
