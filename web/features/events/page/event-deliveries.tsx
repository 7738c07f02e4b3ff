import { Link } from '@tanstack/react-router';

import { Card, CardHeader } from '../../../components/card.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { useLiveDeliveries } from '../../../live/use-live-deliveries.ts';
import { DeliveryList } from '../../../deliveries/delivery-list.tsx';
import { DeliverySummary } from './delivery-summary.tsx';

/** The API's largest page: the summary counts what is read. */
const PAGE_SIZE = 100;
const MOST_SHOWN = 50;

export interface EventDeliveriesProps {
  /** The caller's own id of the event. */
  eventId: string;
  type: string;
  webhooksNotified: number;
  /** Opens a delivery on the page itself. */
  onOpen?: ((deliveryId: string) => void) | undefined;
}

/** What became of an event at each webhook it went to, live. */
export function EventDeliveries(props: EventDeliveriesProps) {
  const { eventId, type, webhooksNotified, onOpen } = props;
  const { live, snapshot } = useLiveDeliveries({ eventId }, { pageSize: PAGE_SIZE });
  return (
    <Card>
      <CardHeader
        title="Deliveries"
        description={<DeliverySummary live={live} snapshot={snapshot} />}
        actions={
          snapshot.ids.length > 0 && (
            <Link to="/deliveries" search={{ event: eventId }} className={`${linkClasses} text-sm`}>
              {snapshot.ids.length > MOST_SHOWN ? 'Show them all' : 'Open in deliveries'}
            </Link>
          )
        }
      />
      <DeliveryList
        live={live}
        snapshot={snapshot}
        columns="event"
        most={MOST_SHOWN}
        onOpen={onOpen}
        emptyText={
          webhooksNotified === 0
            ? `No active webhook subscribed to ${type} when it was triggered, so it was sent to nobody.`
            : 'They were removed by retention, or have not been made yet.'
        }
      />
    </Card>
  );
}
