import { Check } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useQuery } from 'urql';

import { PickerButton } from '../components/form/picker-button.tsx';
import { Popover } from '../components/overlay/popover.tsx';
import { SearchInput } from '../components/form/search-input.tsx';
import { SkeletonRows } from '../components/state/skeleton.tsx';
import { faultMessage } from '../graphql/fault-message.ts';
import { graphql } from '../graphql/graphql.ts';
import { useSettled } from '../lib/use-settled.ts';

const ChoicesQuery = graphql(`
  query CustomerChoices($search: String) {
    customers(filter: { search: $search }, first: 20) {
      nodes {
        id
        key
        name
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const TYPING_MS = 250;

export interface CustomerPickerProps {
  /** A customer's key; null for none. */
  value: string | null;
  onChange: (key: string | null) => void;
  /** What stands there for none; it is the list's first choice. */
  noneLabel: string;
  id?: string | undefined;
  describedBy?: string | undefined;
  isInvalid?: boolean | undefined;
  className?: string | undefined;
}

/** One of the tenant's customers, found by part of its key or name. */
export function CustomerPicker(props: CustomerPickerProps) {
  const { value, onChange, noneLabel, className } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      label="Customers"
      open={isOpen}
      onOpenChange={setOpen}
      className="w-80 p-2!"
      trigger={
        <PickerButton
          label="Customer"
          value={value}
          noneLabel={noneLabel}
          id={props.id}
          aria-describedby={props.describedBy}
          isInvalid={props.isInvalid}
          className={className}
        />
      }
    >
      {(close) => (
        <Choices
          value={value}
          noneLabel={noneLabel}
          onChoose={(key) => {
            onChange(key);
            close();
          }}
        />
      )}
    </Popover>
  );
}

interface ChoicesProps {
  value: string | null;
  noneLabel: string;
  onChoose: (key: string | null) => void;
}

function Choices({ value, noneLabel, onChoose }: ChoicesProps) {
  const [text, setText] = useState('');
  const search = useSettled(text.trim(), TYPING_MS);
  const [{ data, error }] = useQuery({
    query: ChoicesQuery,
    variables: { search: search === '' ? null : search },
    requestPolicy: 'cache-and-network',
  });
  return (
    <div className="flex flex-col gap-1">
      <SearchInput
        label="Find a customer"
        placeholder="Key or name"
        value={text}
        onChange={setText}
      />
      {data === undefined && error === undefined && (
        <SkeletonRows rows={3} columns={1} rowClassName="h-9" />
      )}
      {data === undefined && error !== undefined && (
        <p role="alert" className="p-2 text-sm text-failed">
          {faultMessage(error)}
        </p>
      )}
      {data !== undefined && (
        <ul className="max-h-72 overflow-y-auto">
          {search === '' && (
            <Choice isChosen={value === null} onChoose={() => onChoose(null)}>
              {noneLabel}
            </Choice>
          )}
          {data.customers.nodes.map(({ id, key, name }) => (
            <Choice key={id} isChosen={key === value} onChoose={() => onChoose(key)}>
              <span className="font-medium">{name}</span>
              {name !== key && (
                <span className="block truncate font-mono text-xs text-muted">{key}</span>
              )}
            </Choice>
          ))}
          {data.customers.nodes.length === 0 && (
            <li className="p-2 text-sm text-muted">No customer fits.</li>
          )}
          {data.customers.pageInfo.hasNextPage && (
            <li className="p-2 text-sm text-muted">There are more: type part of a key or name.</li>
          )}
        </ul>
      )}
    </div>
  );
}

interface ChoiceProps {
  isChosen: boolean;
  onChoose: () => void;
  children: ReactNode;
}

function Choice({ isChosen, onChoose, children }: ChoiceProps) {
  return (
    <li>
      <button
        type="button"
        aria-current={isChosen ? 'true' : undefined}
        onClick={onChoose}
        className="relative block w-full truncate rounded-md py-1.5 pr-2 pl-8 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
      >
        {isChosen && <Check aria-hidden className="absolute top-2 left-2 size-4 text-accent" />}
        {children}
      </button>
    </li>
  );
}
