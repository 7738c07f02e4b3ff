import { deliveriesSearchOf, type DeliveriesSearch } from '../deliveries/deliveries-search.ts';
import { filterPartsOf } from '../deliveries/filter-parts.ts';
import { currentId } from '../lib/global-id.ts';
import { formatPlural } from '../lib/number-format.ts';
import { formatRange, rangeSearchOf } from '../lib/time/time-range.ts';
import type { RecoveryState } from './recovery-state.ts';

/** What a recovery was asked for, as its filter has it. */
export interface AskedFor {
  /** The filter of a RETRY; of MISSED, its webhook and when. */
  search: DeliveriesSearch;
  /** How many were picked by hand; null where none were. */
  picked: number | null;
}

/** Reads it; what makes no sense is left out. */
export function askedFor({ kind, filter }: Pick<RecoveryState, 'kind' | 'filter'>): AskedFor {
  const { missed, retry } = recordOf(filter);
  if (kind === 'MISSED') {
    const { webhookId, createdAt } = recordOf(missed);
    const webhook = typeof webhookId === 'string' ? [currentId(webhookId)] : [];
    const range = rangeSearchOf(recordOf(createdAt));
    return { search: { ...(webhook.length > 0 && { webhook }), ...range }, picked: null };
  }
  const { ids, statuses, webhookIds, eventTypes, customers, eventId, isTest, createdAt } =
    recordOf(retry);
  const { from, to } = recordOf(createdAt);
  const search = deliveriesSearchOf({
    ...{ status: statuses, webhook: webhookIds, type: eventTypes, customer: customers },
    ...{ event: eventId, from, to },
    test: typeof isTest === 'boolean' ? (isTest ? 'only' : 'none') : undefined,
  });
  return { search, picked: Array.isArray(ids) ? ids.length : null };
}

/** What it brings back, in a few words. */
export function titleOf({ kind, filter }: Pick<RecoveryState, 'kind' | 'filter'>): string {
  if (kind === 'MISSED') return 'Missed events';
  const { search, picked } = askedFor({ kind, filter });
  if (picked !== null) return `${formatPlural(picked, 'delivery', 'deliveries')} picked by hand`;
  const { status } = search;
  const areFailed = status === undefined || (status.length === 1 && status[0] === 'FAILED');
  return areFailed ? 'Failed deliveries' : 'Deliveries';
}

/** What it is narrowed to, in one line: `Invoices · user.created · Last hour`. */
export function narrowedTo(
  recovery: Pick<RecoveryState, 'kind' | 'filter'>,
  nameOf: (webhookId: string) => string,
): string {
  const { search, picked } = askedFor(recovery);
  if (picked !== null) return '';
  const { from, to, range, webhook = [], status: _status, ...others } = search;
  const rangeSearch = rangeSearchOf({ from, to, range });
  return [
    webhook.length > 3 ? formatPlural(webhook.length, 'webhook') : webhook.map(nameOf).join(', '),
    ...filterPartsOf(others, nameOf).map(({ value }) => value),
    ...(Object.keys(rangeSearch).length === 0 ? [] : [formatRange(rangeSearch)]),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
