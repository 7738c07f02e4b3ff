import { Link } from '@tanstack/react-router';
import { TriangleAlert, Users } from 'lucide-react';
import { Fragment } from 'react';
import { useQuery } from 'urql';

import { linkClasses } from '../../components/link.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { formatCount } from '../../lib/number-format.ts';

const AudienceQuery = graphql(`
  query EventAudience($type: String!) {
    webhooks(filter: { eventType: $type, isActive: true }, first: 5) {
      totalCount
      nodes {
        id
        name
      }
    }
  }
`);

/** Which webhooks would get an event of this type, if it were triggered now. */
export function Audience({ type }: { type: string }) {
  const [{ data, error, operation }, ask] = useQuery({
    query: AudienceQuery,
    variables: { type },
    requestPolicy: 'cache-and-network',
  });
  // A webhook may have been made in another tab just now.
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), { hasFailed: error !== undefined });

  // While the next type's is read, urql gives the last one's.
  const isOfType = operation?.variables.type === type;
  if (data === undefined || !isOfType) {
    if (error !== undefined) {
      return <p className="text-sm text-muted">Who would receive it: {faultMessage(error)}</p>;
    }
    return (
      <output aria-label="Looking for webhooks" className="flex h-5 items-center">
        <Skeleton className="h-3.5 w-56" />
      </output>
    );
  }
  const { totalCount, nodes } = data.webhooks;
  if (totalCount === 0) {
    return (
      <p className="flex gap-2 rounded-md bg-retrying-soft px-3 py-2 text-sm text-retrying">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          No webhook will receive it: none that is on subscribes to {type}.{' '}
          <Link to="/webhooks/new" className="font-medium underline underline-offset-2">
            New webhook
          </Link>
        </span>
      </p>
    );
  }
  const more = totalCount - nodes.length;
  return (
    <p className="flex gap-2 text-sm">
      <Users aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 wrap-anywhere">
        <strong className="font-medium">
          {formatCount(totalCount)} {totalCount === 1 ? 'webhook' : 'webhooks'} will receive it:
        </strong>{' '}
        {nodes.map(({ id, name }, index) => (
          <Fragment key={id}>
            {index > 0 && (index === nodes.length - 1 && more === 0 ? ' and ' : ', ')}
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
