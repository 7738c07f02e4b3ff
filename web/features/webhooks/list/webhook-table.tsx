import { useNavigate } from '@tanstack/react-router';

import { readFragment, type FragmentOf } from '../../../graphql/graphql.ts';
import { useRowNavigation } from '../../../lib/keyboard/row-navigation.ts';
import { offered, useEventTypes } from '../../../graphql/event-types.ts';
import { WebhookRow, WebhookRowFragment } from './webhook-row.tsx';

export interface WebhookTableProps {
  webhooks: readonly FragmentOf<typeof WebhookRowFragment>[];
}

const HEADINGS = ['State', 'Event types', 'Success 24 h', 'Deliveries 24 h', 'Last 24 h'] as const;

/** Webhooks row by row; `j`, `k` and Enter go through them. */
export function WebhookTable({ webhooks }: WebhookTableProps) {
  const navigate = useNavigate();
  const typeCount = offered(useEventTypes()).length;
  const rows = webhooks.map((webhook) => ({
    webhook,
    id: readFragment(WebhookRowFragment, webhook).id,
  }));
  const { activeId } = useRowNavigation({
    ids: rows.map(({ id }) => id),
    onOpen: (id) => void navigate({ to: '/webhooks/$webhookId', params: { webhookId: id } }),
    noun: 'webhook',
  });
  return (
    <div className="@container">
      <div
        role="table"
        aria-label="Webhooks"
        className="@3xl:grid @3xl:grid-cols-[minmax(0,1fr)_13rem_7rem_7.5rem_8rem_8.5rem]"
      >
        <div
          role="row"
          className="sr-only text-xs font-medium text-muted @3xl:not-sr-only @3xl:col-span-full @3xl:grid @3xl:h-9 @3xl:grid-cols-subgrid @3xl:items-center @3xl:px-4"
        >
          <span role="columnheader">Name and URL</span>
          {HEADINGS.map((heading, index) => (
            <span
              key={heading}
              role="columnheader"
              className={index === 0 ? undefined : '@3xl:text-right'}
            >
              {heading}
            </span>
          ))}
        </div>
        {rows.map(({ id, webhook }) => (
          <WebhookRow
            key={id}
            webhook={webhook}
            typeCount={typeCount}
            isActiveRow={id === activeId}
          />
        ))}
      </div>
    </div>
  );
}
