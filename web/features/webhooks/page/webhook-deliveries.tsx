import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';

import { Card, CardHeader } from '../../../components/card.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { useLiveDeliveries } from '../../../live/use-live-deliveries.ts';
import { DeliveryList } from '../../../deliveries/delivery-list.tsx';
import { useSession } from '../../../session/session.tsx';

const SHOWN = 12;
const OPTIONS = { pageSize: SHOWN, maxRows: 100 };

export interface WebhookDeliveriesProps {
  webhookId: string;
  isDeleted?: boolean;
}

/** The newest deliveries to a webhook, live. */
export function WebhookDeliveries({ webhookId, isDeleted = false }: WebhookDeliveriesProps) {
  const { mayWrite } = useSession();
  const filter = useMemo(() => ({ webhookIds: [webhookId] }), [webhookId]);
  const { live, snapshot } = useLiveDeliveries(filter, OPTIONS);
  return (
    <Card>
      <CardHeader
        title="Latest deliveries"
        actions={
          <Link
            to="/deliveries"
            search={{ webhook: [webhookId] }}
            className={`${linkClasses} text-sm`}
          >
            All deliveries
          </Link>
        }
      />
      <DeliveryList
        live={live}
        snapshot={snapshot}
        columns="webhook"
        most={SHOWN}
        emptyText={
          mayWrite && !isDeleted
            ? 'Send a test event to see the first one happen here.'
            : 'They appear here as they are made.'
        }
      />
    </Card>
  );
}
