import { getRouteApi, Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useQuery } from 'urql';

import { rowLinkClasses } from '../../components/link.tsx';
import { buttonClasses } from '../../components/form/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager } from '../../components/pager.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { useWebhookNames } from '../../deliveries/use-webhook-names.ts';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { cursorSearchOf, pageArguments } from '../../lib/cursor-page.ts';
import { askedFor, narrowedTo, titleOf } from '../../recoveries/asked-for.ts';
import { RecoveryBar } from '../../recoveries/recovery-bar.tsx';
import { countInWords } from '../../recoveries/recovery-progress.ts';
import { RecoveryStatus } from '../../recoveries/recovery-status.tsx';
import {
  RecoveryStateFragment,
  useFollowedRecovery,
  type RecoveryState,
} from '../../recoveries/recovery-state.ts';

const RecoveriesQuery = graphql(
  `
    query Recoveries($first: Int, $after: String, $last: Int, $before: String) {
      recoveries(first: $first, after: $after, last: $last, before: $before) {
        nodes {
          ...RecoveryState
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  `,
  [RecoveryStateFragment],
);

const PAGE_SIZE = 25;
const route = getRouteApi('/recoveries');

/** Everything that was brought back, or is being brought back, newest first. */
export function RecoveriesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [{ data, error, fetching }, ask] = useQuery({
    query: RecoveriesQuery,
    variables: pageArguments(search, PAGE_SIZE),
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useReadAgain(refresh, { hasFailed: error !== undefined });
  const list = data?.recoveries;
  const go = (next: Record<string, string | null | undefined>) =>
    void navigate({ search: cursorSearchOf(next) });
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Recoveries"
        description="What was sent again, or made up for, as one thing that can be watched and stopped."
      />
      <Card aria-busy={fetching}>
        {list === undefined ? (
          error === undefined ? (
            <SkeletonRows rows={6} columns={4} />
          ) : (
            <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
          )
        ) : list.nodes.length > 0 ? (
          <RecoveryTable recoveries={list.nodes} />
        ) : (
          <EmptyState
            icon={History}
            title="No recoveries yet"
            action={
              <Link
                to="/deliveries"
                search={{ status: ['FAILED'] }}
                className={buttonClasses({ size: 'sm' })}
              >
                Failed deliveries
              </Link>
            }
          >
            After an outage, deliveries can be sent again from the list of them, all that match its
            filters, and a webhook’s page brings back what it missed while it was off.
          </EmptyState>
        )}
      </Card>
      {list !== undefined && (
        <Pager
          label="Pages of recoveries"
          hasPrevious={list.pageInfo.hasPreviousPage}
          hasNext={list.pageInfo.hasNextPage}
          onPrevious={() => go({ before: list.pageInfo.startCursor })}
          onNext={() => go({ after: list.pageInfo.endCursor })}
        />
      )}
    </div>
  );
}

function RecoveryTable({ recoveries }: { recoveries: readonly RecoveryState[] }) {
  // As many names as the page has rows: of one that names several, how many is enough.
  const named = recoveries.flatMap((each) => {
    const { webhook = [] } = askedFor(each).search;
    return webhook.length <= 3 ? webhook : [];
  });
  const nameOf = useWebhookNames([...new Set(named)].slice(0, 75));
  return (
    <table aria-label="Recoveries" className="w-full table-fixed border-collapse text-left text-sm">
      <thead className="text-xs text-muted max-sm:sr-only">
        <tr className="h-9">
          <th scope="col" className="pl-4 font-medium">
            What
          </th>
          <th scope="col" className="w-32 pl-4 font-medium">
            Status
          </th>
          <th scope="col" className="hidden w-56 pl-4 font-medium sm:table-cell">
            Progress
          </th>
          <th scope="col" className="hidden w-28 pr-4 pl-4 text-right font-medium md:table-cell">
            Made
          </th>
        </tr>
      </thead>
      <tbody>
        {recoveries.map((recovery) => (
          <Row key={recovery.id} recovery={recovery} narrowed={narrowedTo(recovery, nameOf)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ recovery, narrowed }: { recovery: RecoveryState; narrowed: string }) {
  useFollowedRecovery(recovery);
  const { id, createdAt } = recovery;
  return (
    <tr className="relative h-14 border-t border-line hover:bg-hover/60">
      <td className="py-1.5 pl-4">
        <Link
          to="/recoveries/$recoveryId"
          params={{ recoveryId: id }}
          className={`block truncate font-medium ${rowLinkClasses}`}
        >
          {titleOf(recovery)}
        </Link>
        {narrowed !== '' && (
          <span className="block truncate text-xs text-muted" title={narrowed}>
            {narrowed}
          </span>
        )}
      </td>
      <td className="pl-4">
        <RecoveryStatus recovery={recovery} />
      </td>
      <td className="hidden pl-4 sm:table-cell">
        <RecoveryBar recovery={recovery} className="h-1.5" />
        <span className="mt-1 block truncate text-xs text-muted tabular-nums">
          {countInWords(recovery)}
        </span>
      </td>
      <td className="hidden pr-4 pl-4 text-right text-muted md:table-cell">
        <RelativeTime at={createdAt} className="relative z-10" />
      </td>
    </tr>
  );
}
