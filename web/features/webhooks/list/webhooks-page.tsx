import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus, SearchX, Webhook } from 'lucide-react';
import { useQuery } from 'urql';

import { Button, buttonClasses } from '../../../components/form/button.tsx';
import { Card } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { ErrorState } from '../../../components/state/error-state.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Pager } from '../../../components/pager.tsx';
import { SkeletonRows } from '../../../components/state/skeleton.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { graphql, type VariablesOf } from '../../../graphql/graphql.ts';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { pageArguments } from '../../../lib/cursor-page.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { useSession } from '../../../session/session.tsx';
import { WebhookFilters } from './webhook-filters.tsx';
import { WebhookRowFragment } from './webhook-row.tsx';
import { WebhookTable } from './webhook-table.tsx';
import {
  NO_PAGE,
  webhooksSearchOf,
  type WebhooksSearch,
  type WebhookStateName,
} from './webhooks-search.ts';

const WebhooksQuery = graphql(
  `
    query Webhooks(
      $filter: WebhookFilter
      $first: Int
      $after: String
      $last: Int
      $before: String
    ) {
      webhooks(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        nodes {
          id
          ...WebhookRow
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
  [WebhookRowFragment],
);

const PAGE_SIZE = 25;
const route = getRouteApi('/webhooks');

/** All webhooks: how each is doing, and the way to a new one. */
export function WebhooksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { mayWrite } = useSession();
  const [{ data, error, fetching }, ask] = useQuery({
    query: WebhooksQuery,
    variables: variablesOf(search),
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useReadAgain(refresh, { hasFailed: error !== undefined, changedBy: { webhookId: null } });
  const turn = (cursors: Record<string, string | null>) =>
    void navigate({ search: webhooksSearchOf({ ...search, ...NO_PAGE, ...cursors }) });

  const isFiltered =
    search.search !== undefined ||
    search.state !== undefined ||
    search.type !== undefined ||
    search.customer !== undefined;
  const list = data?.webhooks;
  const isNone = list !== undefined && list.totalCount === 0 && !isFiltered && !fetching;
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Webhooks"
        meta={
          list !== undefined &&
          list.totalCount > 0 && (
            <span className="text-sm text-muted tabular-nums">
              {formatPlural(list.totalCount, 'webhook')}
              {isFiltered && ' found'}
            </span>
          )
        }
        actions={
          <>
            <Link to="/customers" className={classNames(buttonClasses(), 'md:hidden')}>
              Customers
            </Link>
            {mayWrite && <NewWebhookLink />}
          </>
        }
      />
      {!isNone && (
        <WebhookFilters
          search={search}
          onChange={(next) => void navigate({ search: next, replace: true })}
        />
      )}
      <Card aria-busy={fetching}>
        {list === undefined ? (
          error === undefined ? (
            <SkeletonRows rows={8} columns={5} rowClassName="h-15" />
          ) : (
            <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
          )
        ) : list.nodes.length > 0 ? (
          <WebhookTable webhooks={list.nodes} />
        ) : isNone ? (
          <NoWebhooks mayWrite={mayWrite} />
        ) : (
          !fetching && (
            <EmptyState
              icon={SearchX}
              title={list.totalCount === 0 ? 'No webhook fits' : 'Nothing on this page'}
              action={
                <Button size="sm" onClick={() => void navigate({ search: {}, replace: true })}>
                  Show all webhooks
                </Button>
              }
            >
              {list.totalCount === 0 && 'Look for less, or for another state or event type.'}
            </EmptyState>
          )
        )}
      </Card>
      {list !== undefined && (
        <Pager
          label="Pages of webhooks"
          hasPrevious={list.pageInfo.hasPreviousPage}
          hasNext={list.pageInfo.hasNextPage}
          onPrevious={() => turn({ before: list.pageInfo.startCursor })}
          onNext={() => turn({ after: list.pageInfo.endCursor })}
        />
      )}
    </div>
  );
}

const STATE_FILTERS: Record<WebhookStateName, Record<string, boolean>> = {
  on: { isActive: true },
  off: { isActive: false },
  held: { hasOpenCircuit: true },
  attention: { needsAttention: true },
};

function variablesOf(search: WebhooksSearch): VariablesOf<typeof WebhooksQuery> {
  const { search: text, state, type, customer } = search;
  return {
    filter: {
      ...(text === undefined ? {} : { search: text }),
      ...(state === undefined ? {} : STATE_FILTERS[state]),
      ...(type === undefined ? {} : { eventType: type }),
      ...(customer === undefined ? {} : { customers: [customer] }),
    },
    ...pageArguments(search, PAGE_SIZE),
  };
}

function NewWebhookLink() {
  return (
    <Link to="/webhooks/new" className={buttonClasses({ variant: 'primary' })}>
      <Plus aria-hidden className="size-4" />
      New webhook
    </Link>
  );
}

function NoWebhooks({ mayWrite }: { mayWrite: boolean }) {
  return (
    <EmptyState
      icon={Webhook}
      title="No webhooks yet"
      action={mayWrite ? <NewWebhookLink /> : undefined}
    >
      A webhook is an endpoint that receives the events it subscribes to.{' '}
      {mayWrite
        ? 'Make one with the URL of your receiver, then send it a test event.'
        : 'Your API key may read only: ask an operator to make one.'}
    </EmptyState>
  );
}
