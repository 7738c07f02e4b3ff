import { CircleAlert, ListFilterPlus } from 'lucide-react';
import { useId } from 'react';
import { useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { Card, CardHeader } from '../../../components/card.tsx';
import { JsonEditor } from '../../../components/json/json-editor.tsx';
import { Popover } from '../../../components/overlay/popover.tsx';
import { standsFor, type EventType } from '../../../graphql/event-types.ts';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql } from '../../../graphql/graphql.ts';
import { prettyExact, readExact } from '../../../lib/json/exact-numbers.ts';
import { formatCount, formatPlural } from '../../../lib/number-format.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import type { FormPartProps } from './endpoint-card.tsx';
import { conditionsOf, withCondition, type Condition } from './filter-conditions.ts';

const TryFilterQuery = graphql(`
  query TryFilter($input: FilterPreviewInput!) {
    filterPreview(input: $input) {
      checked
      matched
      userErrors {
        message
      }
    }
  }
`);

const TYPING_MS = 500;
/** As many as the API takes. */
const MOST_TYPES = 100;

export interface FilterCardProps extends FormPartProps {
  types: readonly EventType[];
  isAsked: boolean;
}

/** What an event must be like to go to the webhook, and how many of the last events are. */
export function FilterCard({ draft, onChange, errorsOf, types, isAsked }: FilterCardProps) {
  const id = useId();
  const parsed = readExact(draft.filter);
  const isNoJson = parsed === undefined;
  const errors = isNoJson && isAsked ? ['The filter is no JSON.'] : errorsOf('filter');
  const subscribed = types.filter(({ name }) =>
    draft.eventTypes.some((each) => standsFor(each, name)),
  );
  return (
    <Card>
      <CardHeader
        title="Filter"
        description="What the body of an event must be like. Without one, every event goes."
        actions={
          <AddCondition
            types={subscribed}
            isDisabled={isNoJson}
            onChoose={(condition) =>
              onChange({ filter: prettyExact(withCondition(parsed, condition)) })
            }
          />
        }
      />
      <div className="flex flex-col gap-1.5 p-4">
        <JsonEditor
          isLow
          value={draft.filter}
          onChange={(filter) => onChange({ filter })}
          onSubmit={() => {}}
          label="Filter, JSON"
          describedBy={`${id}-state`}
          isInvalid={errors.length > 0}
          faultAt={null}
        />
        <div id={`${id}-state`} className="text-sm">
          {errors.length > 0 ? (
            <div role="alert" className="text-failed">
              {errors.map((message) => (
                <p key={message} className="flex gap-1.5">
                  <CircleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
                  <span className="min-w-0 wrap-anywhere">{message}</span>
                </p>
              ))}
            </div>
          ) : (
            <Trial filter={parsed} eventTypes={draft.eventTypes} customer={draft.customer} />
          )}
        </div>
      </div>
    </Card>
  );
}

interface TrialProps {
  filter: unknown;
  eventTypes: readonly string[];
  customer: string | null;
}

/** How the filter fares with the newest events, as it is typed. */
function Trial({ filter, eventTypes, customer }: TrialProps) {
  const isWritten = filter !== null && filter !== undefined;
  const asked = useSettled(isWritten ? JSON.stringify(filter) : null, TYPING_MS);
  const [{ data, error, fetching }] = useQuery({
    query: TryFilterQuery,
    variables: {
      input: {
        filter: asked === null ? {} : JSON.parse(asked),
        eventTypes: [...eventTypes],
        ...(customer === null ? {} : { customer }),
      },
    },
    pause: asked === null || eventTypes.length === 0,
    requestPolicy: 'network-only',
  });
  if (!isWritten) {
    return (
      <p className="text-muted">
        {filter === undefined
          ? 'This is no JSON yet.'
          : 'For example { "data": { "total": { "$gt": 100 } } }.'}
      </p>
    );
  }
  if (eventTypes.length === 0) {
    return <p className="text-muted">Choose event types to try it on their newest events.</p>;
  }
  if (error !== undefined) return <p className="text-muted">{faultMessage(error)}</p>;
  if (data === undefined) return <p className="text-muted">{fetching ? 'Trying it …' : ''}</p>;
  const { checked, matched, userErrors } = data.filterPreview;
  const [fault] = userErrors;
  if (fault !== undefined) return <p className="text-failed wrap-anywhere">{fault.message}</p>;
  return (
    <output className="text-muted">
      {checked === 0 ? (
        'There are no events of these types to try it on.'
      ) : (
        <>
          <strong className="font-medium text-ink tabular-nums">{formatCount(matched)}</strong> of
          the last {formatPlural(checked, 'event')} {matched === 1 ? 'matches' : 'match'}
        </>
      )}
    </output>
  );
}

interface AddConditionProps {
  types: readonly EventType[];
  isDisabled: boolean;
  onChoose: (condition: Condition) => void;
}

/** Fields of past payloads and of samples, each with its value, to begin a filter with. */
function AddCondition({ types, isDisabled, onChoose }: AddConditionProps) {
  return (
    <Popover
      label="Fields of payloads"
      align="end"
      className="w-96 p-1!"
      trigger={
        <Button size="sm" icon={ListFilterPlus} disabled={isDisabled}>
          Add a field
        </Button>
      }
    >
      {(close) => (
        <Conditions
          types={types}
          onChoose={(condition) => {
            onChoose(condition);
            close();
          }}
        />
      )}
    </Popover>
  );
}

const PayloadsQuery = graphql(`
  query PayloadsOfTypes($types: [String!]) {
    events(filter: { types: $types }, first: 5) {
      nodes {
        id
        payload
      }
    }
  }
`);

function Conditions({ types, onChoose }: Pick<AddConditionProps, 'types' | 'onChoose'>) {
  const [{ data }] = useQuery({
    query: PayloadsQuery,
    variables: { types: types.slice(0, MOST_TYPES).map(({ name }) => name) },
    pause: types.length === 0,
    requestPolicy: 'cache-and-network',
  });
  const past = data?.events.nodes.map(({ payload }) => payload) ?? [];
  const conditions = conditionsOf([...past, ...types.map(({ sample }) => sample)]);
  if (conditions.length === 0) {
    return (
      <p className="p-3 text-sm text-muted">
        Choose event types first: the fields of their samples are offered here.
      </p>
    );
  }
  return (
    <ul>
      {conditions.map((condition) => (
        <li key={condition.path.join('.')}>
          <button
            type="button"
            onClick={() => onChoose(condition)}
            className="flex w-full justify-between gap-3 rounded-md px-2.5 py-1.5 text-left font-mono text-xs hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span className="truncate">{condition.path.join('.')}</span>
            <span className="truncate text-muted">{JSON.stringify(condition.value)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
