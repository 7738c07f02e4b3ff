import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';

import { buttonClasses } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import type { DeliveryRow } from '../../live/delivery-row.ts';
import type { LiveList } from '../../live/use-live-deliveries.ts';
import { DeliveryList } from '../../deliveries/delivery-list.tsx';

/** How many are shown. */
export const LATEST = 10;

/** The newest deliveries, live, whatever the range. */
export function LatestDeliveries({ live, snapshot }: LiveList<DeliveryRow>) {
  return (
    <Card aria-label="Latest deliveries">
      <CardHeader
        title="Latest deliveries"
        actions={
          <Link to="/deliveries" className={buttonClasses({ variant: 'ghost', size: 'sm' })}>
            See all
            <ArrowRight aria-hidden className="size-4" />
          </Link>
        }
      />
      <div className="min-h-100">
        <DeliveryList
          live={live}
          snapshot={snapshot}
          most={LATEST}
          emptyText="The next event shows here the moment it is triggered."
        />
      </div>
    </Card>
  );
}
