import { Link } from '@tanstack/react-router';
import { TriangleAlert, Users } from 'lucide-react';
import { Fragment } from 'react';
import { useQuery } from 'urql';

import { linkClasses } from '../../../components/link.tsx';
import { Skeleton } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../../graphql/graphql.ts';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { parseExact } from '../../../lib/json/exact-numbers.ts';
import { formatCount } from '../../../lib/number-format.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { FanOutDecisionFragment, FanOutList } from '../page/fan-out-list.tsx';

const PreviewQuery = graphql(
  `
    query EventPreview($input: EventPreviewInput!) {
      eventPreview(input: $input) {
        webhooksNotified
        violations {
          path
          message
        }
        fanOut(first: 50) {
          nodes {
            outcome
            webhook {
              id
              name
            }
            ...FanOutDecisionRow
          }
        }
      }
    }
  `,
  [FanOutDecisionFragment],
);

type Preview = ResultOf<typeof PreviewQuery>['eventPreview'];

const TYPING_MS = 400;
const MOST_NAMES = 5;
const MOST_VIOLATIONS = 3;

export interface AudienceProps {
  type: string;
  /** The key of the customer that it is for. */
  customer: string | null;
  /** As JSON text; null where it is none. */
  payload: string | null;
}

/** Which webhooks would get the event, if it were triggered as it stands, and why others would not. */
export function Audience({ type, customer, payload }: AudienceProps) {
  const settled = useSettled(payload, TYPING_MS);
  const [{ data, error, operation }, ask] = useQuery({
    query: PreviewQuery,
    variables: {
      input: {
        type,
        payload: settled === null ? null : parseExact(settled),
        ...(customer === null ? {} : { customer }),
      },
    },
    pause: settled === null,
    requestPolicy: 'network-only',
  });
  // A webhook may have been made in another tab just now.
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), { hasFailed: error !== undefined });

  // While the next type's is read, urql gives the last one's.
  const isOfType = operation?.variables.input.type === type;
  if (error !== undefined && isOfType) {
    return <p className="text-sm text-muted">Who would receive it: {faultMessage(error)}</p>;
  }
  if (data === undefined || !isOfType) {
    if (payload === null) {
      return <p className="text-sm text-muted">Who receives it shows once the payload is JSON.</p>;
    }
    return (
      <output aria-label="Looking for webhooks" className="flex h-5 items-center">
        <Skeleton className="h-3.5 w-56" />
      </output>
    );
  }
  return <Told preview={data.eventPreview} type={type} />;
}

function Told({ preview, type }: { preview: Preview; type: string }) {
  const { nodes } = preview.fanOut;
  const held = nodes.filter(({ outcome }) => outcome === 'FILTERED' || outcome === 'INACTIVE');
  return (
    <div className="flex flex-col gap-2">
      <Violations violations={preview.violations} />
      {preview.webhooksNotified === 0 ? (
        <p className="flex gap-2 rounded-md bg-retrying-soft px-3 py-2 text-sm text-retrying">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            No webhook will receive it
            {held.length === 0 ? `: none that is on subscribes to ${type}. ` : '. '}
            <Link to="/webhooks/new" className="font-medium underline underline-offset-2">
              New webhook
            </Link>
          </span>
        </p>
      ) : (
        <Receivers preview={preview} />
      )}
      {held.length > 0 && (
        <details className="rounded-md border border-line text-sm">
          <summary className="cursor-pointer px-3 py-2">
            {formatCount(held.length)} that {held.length === 1 ? 'subscribes' : 'subscribe'} will
            not
          </summary>
          <div className="border-t border-line">
            <FanOutList label="Why not" decisions={held} />
          </div>
        </details>
      )}
    </div>
  );
}

function Violations({ violations }: { violations: Preview['violations'] }) {
  if (violations.length === 0) return null;
  const more = violations.length - MOST_VIOLATIONS;
  return (
    <div className="flex gap-2 rounded-md bg-retrying-soft px-3 py-2 text-sm text-retrying">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 wrap-anywhere">
        The payload does not fit the schema of its event type:
        <ul className="list-inside list-disc">
          {violations.slice(0, MOST_VIOLATIONS).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path === '' ? 'it' : <code className="font-mono text-xs">{path}</code>} {message}
            </li>
          ))}
        </ul>
        {more > 0 && `and ${more} more`}
      </div>
    </div>
  );
}

function Receivers({ preview: { webhooksNotified, fanOut } }: { preview: Preview }) {
  const names = fanOut.nodes.filter(({ outcome }) => outcome === 'DELIVERED').slice(0, MOST_NAMES);
  const more = webhooksNotified - names.length;
  return (
    <p className="flex gap-2 text-sm">
      <Users aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 wrap-anywhere">
        <strong className="font-medium">
          {formatCount(webhooksNotified)} {webhooksNotified === 1 ? 'webhook' : 'webhooks'} will
          receive it:
        </strong>{' '}
        {names.map(({ webhook: { id, name } }, index) => (
          <Fragment key={id}>
            {index > 0 && (index === names.length - 1 && more === 0 ? ' and ' : ', ')}
            <Link
              to="/webhooks/$webhookId"
              params={{ webhookId: id }}
              className={`${linkClasses} underline`}
            >
              {name}
            </Link>
          </Fragment>
        ))}
        {more > 0 && ` and ${formatCount(more)} more`}
      </span>
    </p>
  );
}
