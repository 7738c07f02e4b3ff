import { getRouteApi, Link } from '@tanstack/react-router';
import { PenLine, Trash2, UserX } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';

import { Button, buttonClasses } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { CopyableText } from '../../components/copyable-text.tsx';
import { EmptyState } from '../../components/state/empty-state.tsx';
import { ErrorState } from '../../components/state/error-state.tsx';
import { JsonView } from '../../components/json/json-view.tsx';
import { linkClasses } from '../../components/link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/state/skeleton.tsx';
import { WebhookState } from '../../components/state/webhook-state.tsx';
import { DeliveryList } from '../../deliveries/delivery-list.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../../graphql/graphql.ts';
import { useReadAgain } from '../../graphql/use-read-again.ts';
import { prettyExact } from '../../lib/json/exact-numbers.ts';
import { formatCount, formatPercent } from '../../lib/number-format.ts';
import { useLiveDeliveries } from '../../live/use-live-deliveries.ts';
import { useSession } from '../../session/session.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { EraseCustomer } from './erase-customer.tsx';

const CustomerQuery = graphql(`
  query Customer($key: String!) {
    customer(key: $key) {
      id
      key
      name
      metadata
      createdAt
      stats {
        total
        pending
        retrying
        failed
        successRate
      }
      webhooks(first: 50) {
        totalCount
        nodes {
          id
          name
          url
          isActive
          disabledReason
          circuitOpenedAt
          isPaused
        }
      }
    }
  }
`);

type Customer = NonNullable<ResultOf<typeof CustomerQuery>['customer']>;

const route = getRouteApi('/customers/$customerKey');
const DELIVERIES = 25;

/** One customer: its webhooks, its numbers, and what is sent of its events, live. */
export function CustomerPage() {
  const { customerKey: key } = route.useParams();
  const [{ data, error, stale }, ask] = useQuery({
    query: CustomerQuery,
    variables: { key },
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => ask({ requestPolicy: 'network-only' });
  useReadAgain(refresh, { hasFailed: error !== undefined, changedBy: { webhookId: null } });
  if (data === undefined) {
    if (error === undefined) return <CustomerSkeleton />;
    return <ErrorState error={{ message: faultMessage(error) }} onRetry={refresh} />;
  }
  if (data.customer === null) {
    if (stale) return <CustomerSkeleton />;
    return (
      <Card>
        <EmptyState
          isWholePage
          icon={UserX}
          title="Customer not found"
          action={
            <Link to="/customers" className={buttonClasses()}>
              All customers
            </Link>
          }
        >
          There is none with the key <span className="font-mono wrap-anywhere text-ink">{key}</span>
          : it was erased, or the address is mistyped.
        </EmptyState>
      </Card>
    );
  }
  return <CustomerContent key={key} customer={data.customer} onChanged={refresh} />;
}

interface CustomerContentProps {
  customer: Customer;
  onChanged: () => void;
}

function CustomerContent({ customer, onChanged }: CustomerContentProps) {
  const { key, name, metadata, stats } = customer;
  const { mayWrite } = useSession();
  const [open, setOpen] = useState<'edit' | 'erase' | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={name}
        back={
          <Link to="/customers" className={linkClasses}>
            Customers
          </Link>
        }
        description={<CopyableText value={key} label="Key" />}
        actions={
          mayWrite && (
            <>
              <Button icon={PenLine} onClick={() => setOpen('edit')}>
                Edit
              </Button>
              <Button icon={Trash2} onClick={() => setOpen('erase')}>
                Erase
              </Button>
            </>
          )
        }
      />
      <Card>
        <dl className="grid grid-cols-2 gap-x-8 gap-y-3 px-4 py-3 text-sm sm:grid-cols-5">
          <Figure term="Deliveries, 24 h">{formatCount(stats.total)}</Figure>
          <Figure term="Success">
            {stats.successRate === null ? '–' : formatPercent(stats.successRate)}
          </Figure>
          <Figure term="Failed">{formatCount(stats.failed)}</Figure>
          <Figure term="Retrying">{formatCount(stats.retrying)}</Figure>
          <Figure term="Pending">{formatCount(stats.pending)}</Figure>
        </dl>
      </Card>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <CustomerDeliveries customerKey={key} />
        <div className="flex min-w-0 flex-col gap-4">
          <CustomerWebhooks customer={customer} mayWrite={mayWrite} />
          {Object.keys(Object(metadata)).length > 0 && (
            <JsonView text={prettyExact(metadata)} label="Notes" />
          )}
        </div>
      </div>
      {open === 'edit' && (
        <CustomerDialog customer={customer} onClose={() => setOpen(null)} onSaved={onChanged} />
      )}
      {open === 'erase' && <EraseCustomer customer={customer} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Figure({ term, children }: { term: string; children: string }) {
  return (
    <div>
      <dt className="text-xs text-muted">{term}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">{children}</dd>
    </div>
  );
}

function CustomerDeliveries({ customerKey }: { customerKey: string }) {
  const { live, snapshot } = useLiveDeliveries(
    { customers: [customerKey] },
    { pageSize: DELIVERIES },
  );
  return (
    <Card>
      <CardHeader
        title="Deliveries"
        description="Of events that were triggered for it."
        actions={
          <Link
            to="/deliveries"
            search={{ customer: [customerKey] }}
            className={`${linkClasses} text-sm`}
          >
            Open in deliveries
          </Link>
        }
      />
      <DeliveryList
        live={live}
        snapshot={snapshot}
        most={DELIVERIES}
        emptyText="No event was triggered for it yet, or retention has removed them."
      />
    </Card>
  );
}

function CustomerWebhooks({ customer, mayWrite }: { customer: Customer; mayWrite: boolean }) {
  const { key, webhooks } = customer;
  return (
    <Card>
      <CardHeader
        title="Webhooks"
        actions={
          mayWrite && (
            <Link
              to="/webhooks/new"
              search={{ customer: key }}
              className={buttonClasses({ size: 'sm' })}
            >
              New webhook
            </Link>
          )
        }
      />
      {webhooks.nodes.length === 0 ? (
        <p className="px-4 py-6 text-center text-sm text-muted">
          It has none: its events go to the platform’s own webhooks alone.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {webhooks.nodes.map(({ id, name, url, ...state }) => (
            <li key={id} className="flex items-center justify-between gap-3 px-4 py-2.5 text-sm">
              <span className="min-w-0">
                <Link
                  to="/webhooks/$webhookId"
                  params={{ webhookId: id }}
                  className={`${linkClasses} block truncate font-medium`}
                >
                  {name}
                </Link>
                <span className="block truncate font-mono text-xs text-muted">{url}</span>
              </span>
              <WebhookState {...state} />
            </li>
          ))}
        </ul>
      )}
      {webhooks.totalCount > webhooks.nodes.length && (
        <p className="border-t border-line px-4 py-2.5 text-sm">
          <Link to="/webhooks" search={{ customer: key }} className={linkClasses}>
            All {formatCount(webhooks.totalCount)}
          </Link>
        </p>
      )}
    </Card>
  );
}

function CustomerSkeleton() {
  return (
    <output aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-16 w-72" />
      <Skeleton className="h-16 rounded-lg" />
      <Skeleton className="h-112 rounded-lg" />
    </output>
  );
}
