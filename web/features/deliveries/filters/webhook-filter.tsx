import { useState } from 'react';
import { useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Checkbox } from '../../../components/form/checkbox.tsx';
import { SearchInput } from '../../../components/form/search-input.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { FilterMenu } from '../../../components/overlay/filter-menu.tsx';
import { useSettled } from '../../../lib/use-settled.ts';

const webhooksDocument = graphql(`
  query WebhooksToFilterBy($filter: WebhookFilter, $deleted: WebhookFilter, $first: Int!) {
    webhooks(filter: $filter, first: $first) {
      nodes {
        id
        name
        url
        isActive
      }
      pageInfo {
        hasNextPage
      }
    }
    deleted: webhooks(filter: $deleted, first: 10) {
      nodes {
        id
        name
        url
      }
    }
  }
`);

const PAGE = 25;
/** As many as the API gives at once: who has more searches. */
const MOST = 100;
const TYPING_MS = 200;

export interface WebhookFilterProps {
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Any of the webhooks, found by name. */
export function WebhookFilter({ value, onChange }: WebhookFilterProps) {
  return (
    <FilterMenu label="Webhook" count={value.length} className="w-80">
      <Picker value={value} onChange={onChange} />
    </FilterMenu>
  );
}

interface ChoiceProps extends WebhookFilterProps {
  webhook: { id: string; name: string; url: string };
  /** What it is besides a webhook that is on. */
  note: string | null;
}

function Choice({ webhook: { id, name, url }, note, value, onChange }: ChoiceProps) {
  return (
    <Checkbox
      checked={value.includes(id)}
      onChange={(isOn) => onChange(isOn ? [...value, id] : value.filter((each) => each !== id))}
      label={
        <span className="block truncate">
          {name}
          {note !== null && <span className="text-muted"> ({note})</span>}
        </span>
      }
      description={<span className="block truncate">{url}</span>}
    />
  );
}

function Picker({ value, onChange }: WebhookFilterProps) {
  const [typed, setTyped] = useState('');
  const [first, setFirst] = useState(PAGE);
  const search = useSettled(typed.trim(), TYPING_MS);
  // What was found before stays in `data` until there is something new to show.
  const [{ data: found, error, fetching }] = useQuery({
    query: webhooksDocument,
    variables: {
      first,
      filter: search === '' ? null : { search },
      deleted: { isDeleted: true, ...(search !== '' && { search }) },
    },
  });
  return (
    <div className="flex flex-col gap-2">
      <SearchInput
        label="Search webhooks by name or URL"
        placeholder="Name or URL"
        value={typed}
        onChange={(text) => {
          setTyped(text);
          setFirst(PAGE);
        }}
      />
      {error !== undefined && (
        <p role="alert" className="text-sm text-failed">
          {faultMessage(error)}
        </p>
      )}
      {found === undefined && fetching && <SkeletonRows rows={5} columns={1} rowClassName="h-10" />}
      {found !== undefined && (
        <fieldset className="max-h-[min(22rem,50dvh)] min-w-0 overflow-y-auto">
          <legend className="sr-only">Webhooks</legend>
          {found.webhooks.nodes.map((webhook) => (
            <Choice
              key={webhook.id}
              webhook={webhook}
              note={webhook.isActive ? null : 'off'}
              value={value}
              onChange={onChange}
            />
          ))}
          {found.webhooks.nodes.length === 0 && found.deleted.nodes.length === 0 && (
            <p className="py-4 text-center text-sm text-muted">
              {search === '' ? 'There are no webhooks yet.' : 'No webhook has this in it.'}
            </p>
          )}
          {found.webhooks.pageInfo.hasNextPage &&
            (first < MOST ? (
              <Button
                size="sm"
                variant="ghost"
                isBusy={fetching}
                onClick={() => setFirst(Math.min(MOST, first + PAGE))}
                className="w-full"
              >
                Show more
              </Button>
            ) : (
              <p className="py-2 text-center text-xs text-muted">
                These are the newest {MOST}: search to find others.
              </p>
            ))}
          {found.deleted.nodes.length > 0 && (
            <p className="px-2 pt-3 pb-1 text-xs font-medium text-muted">Deleted</p>
          )}
          {found.deleted.nodes.map((webhook) => (
            <Choice
              key={webhook.id}
              webhook={webhook}
              note="deleted"
              value={value}
              onChange={onChange}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}
