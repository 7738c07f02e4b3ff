import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClient } from 'urql';

import {
  createLiveDelivery,
  type DeliveryParents,
  type LiveDeliverySnapshot,
} from './live-delivery.ts';

/** What a page of one delivery shows, and how to read it again. */
export interface LiveDeliveryView extends LiveDeliverySnapshot {
  reload(): void;
}

/**
 * One delivery with its attempts, live while the component is mounted. With `parents` (a row of a
 * list knows them) it is followed at once, without asking for them first.
 */
export function useLiveDelivery(id: string, parents?: DeliveryParents): LiveDeliveryView {
  const client = useClient();
  const eventId = parents?.eventId;
  const webhookId = parents?.webhookId;
  const live = useMemo(
    () =>
      createLiveDelivery({
        client,
        id,
        ...(eventId !== undefined &&
          webhookId !== undefined && { parents: { eventId, webhookId } }),
      }),
    [client, id, eventId, webhookId],
  );
  useEffect(() => live.start(), [live]);
  return { ...useSyncExternalStore(live.subscribe, live.getSnapshot), reload: live.reload };
}
