import { SearchInput } from '../../../components/form/search-input.tsx';
import { Segmented, type SegmentedOption } from '../../../components/form/segmented.tsx';
import { Select } from '../../../components/form/select.tsx';
import { CustomerPicker } from '../../../customers/customer-picker.tsx';
import { useHasCustomers } from '../../../customers/has-customers.ts';
import { useEventTypes } from '../../../graphql/event-types.ts';
import { useTypedText } from '../../../lib/typed-text.ts';
import {
  NO_PAGE,
  webhooksSearchOf,
  type WebhooksSearch,
  type WebhookStateName,
} from './webhooks-search.ts';

const STATES: readonly SegmentedOption<'all' | WebhookStateName>[] = [
  { value: 'all', label: 'All' },
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
  { value: 'held', label: 'Held back' },
  { value: 'attention', label: 'Needs attention' },
];

export interface WebhookFiltersProps {
  search: WebhooksSearch;
  onChange: (search: WebhooksSearch) => void;
}

/** Narrows the list of webhooks. What is typed is looked for once the typing rests. */
export function WebhookFilters({ search, onChange }: WebhookFiltersProps) {
  const types = useEventTypes();
  const { search: text, state, type, customer } = search;
  const hasCustomers = useHasCustomers();
  const change = (filters: {
    search?: string;
    state?: string;
    type?: string;
    customer?: string | null;
  }) => onChange(webhooksSearchOf({ ...search, ...NO_PAGE, ...filters }));
  const { typed, setTyped } = useTypedText(text ?? '', (next) => change({ search: next }));
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <SearchInput
        label="Search webhooks"
        placeholder="Name, description or URL"
        shortcut="/"
        value={typed}
        onChange={setTyped}
        className="w-full sm:w-72"
      />
      <Segmented
        label="State"
        value={state ?? 'all'}
        onChange={(next) => change({ state: next })}
        options={STATES}
      />
      <Select
        label="Event type"
        value={type ?? ''}
        onChange={(next) => change({ type: next })}
        options={[
          { value: '', label: 'Any event type' },
          ...types.map(({ name }) => ({ value: name, label: name })),
        ]}
        placeholder={type}
        className="max-w-56 flex-1 sm:flex-none"
      />
      {(hasCustomers || customer !== undefined) && (
        <CustomerPicker
          value={customer ?? null}
          noneLabel="Any customer"
          onChange={(next) => change({ customer: next })}
          className="max-w-44 flex-1 sm:flex-none"
        />
      )}
    </div>
  );
}
