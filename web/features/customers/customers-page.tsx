import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus, SearchX, Users } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';

import { rowLinkClasses } from '../../components/link.tsx';
import { Button } from '../../components/form/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager } from '../../components/pager.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import { SearchInput } from '../../components/form/search-input.tsx';
import { SkeletonRows } from '../../components/state/skeleton.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { pageArguments } from '../../lib/cursor-page.ts';
import { formatCount, formatPercent, formatPlural } from '../../lib/number-format.ts';
import { useTypedText } from '../../lib/typed-text.ts';
import { useSession } from '../../session/session.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { customersSearchOf, type CustomersSearch } from './customers-search.ts';

const CustomersQuery = graphql(`
  query Customers(
    $filter: CustomerFilter
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    customers(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        key
        name
        createdAt
        webhooks(first: 0) {
          totalCount
        }
        stats {
          total
          successRate
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

type CustomerRow = ResultOf<typeof CustomersQuery>['customers']['nodes'][number];

const PAGE_SIZE = 25;
const route = getRouteApi('/customers');

/** All customers of the platform, found by part of a key or a name. */
export function CustomersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { mayWrite } = useSession();
  const [isNew, setIsNew] = useState(false);
  const [{ data, error, fetching }, ask] = useQuery({
    query: CustomersQuery,
    variables: variablesOf(search),
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useReadAgain(refresh, { hasFailed: error !== undefined, changedBy: { webhookId: null } });
  const go = (next: Record<string, string | null | undefined>, replace = false) =>
    void navigate({ search: customersSearchOf(next), replace });
  const { typed, setTyped } = useTypedText(search.search ?? '', (text) =>
    go({ search: text }, true),
  );
  const list = data?.customers;
  const isWhole =
    search.search === undefined && search.after === undefined && search.before === undefined;
  const isNone = list?.nodes.length === 0 && isWhole && !fetching;
  const newButton = mayWrite && (
    <Button variant="primary" icon={Plus} onClick={() => setIsNew(true)}>
      New customer
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title="Customers"
        description="Whose webhooks get the events that are triggered for them, and no others."
        actions={newButton}
      />
      {!isNone && (
        <search>
          <SearchInput
            label="Search customers"
            placeholder="Key or name"
            shortcut="/"
            value={typed}
            onChange={setTyped}
            className="w-full sm:w-72"
          />
        </search>
      )}
      <Card aria-busy={fetching}>
        {list === undefined ? (
          error === undefined ? (
            <SkeletonRows rows={8} columns={4} />
          ) : (
            <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />
          )
        ) : list.nodes.length > 0 ? (
          <CustomerTable customers={list.nodes} />
        ) : isNone ? (
          <EmptyState icon={Users} title="No customers yet" action={newButton}>
            With customers, an event can be triggered for one of them: it then goes to that
            customer’s webhooks and to the platform’s own. Platforms make them with the mutation
            customerUpsert.
          </EmptyState>
        ) : (
          !fetching && (
            <EmptyState
              icon={SearchX}
              title={search.search === undefined ? 'Nothing on this page' : 'No customer fits'}
              action={
                <Button size="sm" onClick={() => go({}, true)}>
                  Show all customers
                </Button>
              }
            />
          )
        )}
      </Card>
      {list !== undefined && (
        <Pager
          label="Pages of customers"
          hasPrevious={list.pageInfo.hasPreviousPage}
          hasNext={list.pageInfo.hasNextPage}
          onPrevious={() => go({ search: search.search, before: list.pageInfo.startCursor })}
          onNext={() => go({ search: search.search, after: list.pageInfo.endCursor })}
        />
      )}
      {isNew && (
        <CustomerDialog
          customer={null}
          onClose={() => setIsNew(false)}
          onSaved={(key) =>
            void navigate({ to: '/customers/$customerKey', params: { customerKey: key } })
          }
        />
      )}
    </div>
  );
}

function CustomerTable({ customers }: { customers: readonly CustomerRow[] }) {
  return (
    <table aria-label="Customers" className="w-full table-fixed border-collapse text-left text-sm">
      <thead className="text-xs text-muted max-sm:sr-only">
        <tr className="h-9">
          <th scope="col" className="pl-4 font-medium">
            Customer
          </th>
          <th scope="col" className="w-24 pl-4 text-right font-medium">
            Webhooks
          </th>
          <th scope="col" className="hidden w-28 pl-4 text-right font-medium md:table-cell">
            Deliveries, 24 h
          </th>
          <th scope="col" className="hidden w-24 pl-4 text-right font-medium md:table-cell">
            Success
          </th>
          <th scope="col" className="hidden w-32 pr-4 pl-4 text-right font-medium sm:table-cell">
            Made
          </th>
        </tr>
      </thead>
      <tbody>
        {customers.map(({ id, key, name, createdAt, webhooks, stats }) => (
          <tr key={id} className="relative h-12 border-t border-line hover:bg-hover/60">
            <td className="py-1.5 pl-4">
              <Link
                to="/customers/$customerKey"
                params={{ customerKey: key }}
                className={`block truncate font-medium ${rowLinkClasses}`}
              >
                {name}
              </Link>
              {name !== key && (
                <span className="block truncate font-mono text-xs text-muted">{key}</span>
              )}
            </td>
            <td className="pl-4 text-right tabular-nums max-sm:pr-4">
              <span className="max-sm:hidden">{formatCount(webhooks.totalCount)}</span>
              <span className="text-xs text-muted sm:hidden">
                {formatPlural(webhooks.totalCount, 'webhook')}
              </span>
            </td>
            <td className="hidden pl-4 text-right tabular-nums md:table-cell">
              {formatCount(stats.total)}
            </td>
            <td className="hidden pl-4 text-right tabular-nums md:table-cell">
              {stats.successRate === null ? '–' : formatPercent(stats.successRate)}
            </td>
            <td className="hidden pr-4 pl-4 text-right text-muted sm:table-cell">
              <RelativeTime at={createdAt} className="relative z-10" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function variablesOf(search: CustomersSearch): VariablesOf<typeof CustomersQuery> {
  const { search: text } = search;
  return {
    filter: text === undefined ? {} : { search: text },
    ...pageArguments(search, PAGE_SIZE),
  };
}
