import { useNavigate, useParams } from '@tanstack/react-router';
import { PackageX } from 'lucide-react';
import { useRef, useState } from 'react';

import { Button } from '../components/form/button.tsx';
import { EmptyState } from '../components/state/empty-state.tsx';
import { ErrorState } from '../components/state/error-state.tsx';
import { faultMessage } from '../graphql/fault-message.ts';
import { useLiveDelivery, type LiveDeliveryView } from '../live/use-live-delivery.ts';
import { classNames } from '../lib/class-names.ts';
import { useShortcut } from '../lib/keyboard/shortcuts.ts';
import { DeliveryHeader } from './pane/delivery-header.tsx';
import { PaneBar } from './pane/frame/pane-bar.tsx';
import { PaneEdge } from './pane/frame/pane-edge.tsx';
import { PaneSkeleton } from './pane/frame/pane-skeleton.tsx';
import { StaleNotice } from './pane/stale-notice.tsx';
import { Standing } from './pane/standing.tsx';
import { Timeline } from './pane/timeline.tsx';
import { useHoldingWebhook, type Holding } from './pane/use-holding-webhook.ts';
import { useFollowedAttempt } from './pane/followed-attempt.ts';
import { usePaneFocus } from './pane/frame/pane-focus.ts';
import { usePaneWidth } from './pane/frame/pane-width.ts';

/** `/deliveries/$deliveryId`: the pane beside the list that it was opened from. */
export function DeliveryPaneOfList() {
  const { deliveryId } = useParams({ from: '/deliveries/$deliveryId' });
  const navigate = useNavigate();
  return (
    <DeliveryPane
      deliveryId={deliveryId}
      close={() => void navigate({ to: '/deliveries', search: true })}
    />
  );
}

export interface DeliveryPaneProps {
  deliveryId: string;
  close: () => void;
}

/** One delivery, live, over the right side of a page. */
export function DeliveryPane({ deliveryId, close }: DeliveryPaneProps) {
  const pane = useRef<HTMLElement>(null);
  usePaneFocus(pane, deliveryId);
  const width = usePaneWidth();
  const [isWhole, setWhole] = useState(false);
  const toggleWhole = () => setWhole(!isWhole);
  useShortcut({ keys: 'Escape', label: 'Close the pane', group: 'Delivery' }, close);
  useShortcut({ keys: 'w', label: 'Whole page or beside', group: 'Delivery' }, toggleWhole);

  const view = useLiveDelivery(deliveryId);
  // Another id's, for the moment until its own is read.
  const delivery = view.delivery?.id === deliveryId ? view.delivery : null;
  const holding = useHoldingWebhook(delivery);
  return (
    <aside
      ref={pane}
      tabIndex={-1}
      aria-label={
        delivery === null
          ? 'Delivery'
          : `Delivery ${delivery.event.type} to ${delivery.webhook.name}`
      }
      className={classNames(
        'fixed top-12 right-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-20 flex w-full flex-col border-line bg-surface outline-none motion-safe:animate-fade-in sm:border-l sm:shadow-pop md:bottom-0',
        isWhole
          ? 'md:w-[calc(100vw-13.5rem)]'
          : 'sm:max-w-176 md:max-w-[min(44rem,calc(100vw-13.5rem))] lg:w-(--pane-beside) lg:max-w-none',
      )}
    >
      {!isWhole && <PaneEdge {...width} />}
      <PaneBar
        delivery={delivery}
        heldBy={holding?.by ?? null}
        isWhole={isWhole}
        onToggleWhole={toggleWhole}
        onClose={close}
      />
      <PaneContent key={deliveryId} view={view} holding={holding} onClose={close} />
    </aside>
  );
}

interface PaneContentProps {
  view: LiveDeliveryView;
  holding: Holding | null;
  onClose: () => void;
}

function PaneContent({ view, holding, onClose }: PaneContentProps) {
  const { delivery, state, error, reload } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const followed = useFollowedAttempt(delivery?.attempts ?? null);
  return (
    <>
      <div
        ref={scroller}
        className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        {delivery !== null ? (
          <>
            <Standing delivery={delivery} holding={holding} />
            <DeliveryHeader
              delivery={delivery}
              // By hand it goes past a pause and an open circuit, and past nothing else.
              isHeld={holding?.by === 'PAUSED' || holding?.by === 'CIRCUIT_OPEN'}
              onRetried={followed.followNext}
            />
            <Timeline delivery={delivery} followedId={followed.id} scroller={scroller} />
          </>
        ) : state === 'missing' ? (
          <EmptyState
            icon={PackageX}
            title="Delivery not found"
            action={
              <Button size="sm" onClick={onClose}>
                Close
              </Button>
            }
          >
            The address may be mistyped, or the delivery was removed: what has ended is kept for a
            limited time.
          </EmptyState>
        ) : state === 'failed' ? (
          <ErrorState
            title="The delivery could not be loaded"
            error={{ message: error === null ? 'The server did not answer.' : faultMessage(error) }}
            onRetry={reload}
          />
        ) : (
          <PaneSkeleton />
        )}
      </div>
      {delivery !== null && error !== null && (
        <StaleNotice message={faultMessage(error)} onRetry={reload} />
      )}
    </>
  );
}
