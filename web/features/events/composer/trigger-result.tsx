import { Link } from '@tanstack/react-router';
import { CircleCheck, CopyCheck, Radio } from 'lucide-react';
import { useEffect, useRef } from 'react';

import { Card } from '../../../components/card.tsx';
import { CopyableText } from '../../../components/copyable-text.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { EventDeliveries } from '../page/event-deliveries.tsx';
import type { TriggeredEvent } from './event-trigger.ts';

export interface TriggerResultProps {
  triggered: TriggeredEvent | null;
  /** Opens a delivery on the page itself. */
  onOpen: (deliveryId: string) => void;
}

/** The event that was triggered last, and its deliveries, live; what will stand there, before. */
export function TriggerResult({ triggered, onOpen }: TriggerResultProps) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone it stands below the form, out of sight.
    if (triggered !== null) place.current?.scrollIntoView({ block: 'nearest' });
  }, [triggered]);

  if (triggered === null) {
    return (
      <Card className="border-dashed bg-transparent shadow-none">
        <EmptyState icon={Radio} title="Its deliveries show here, live">
          One for each webhook that receives it, from the first attempt to the last.
        </EmptyState>
      </Card>
    );
  }
  const { event, isDuplicate, webhooksNotified } = triggered;
  const Icon = isDuplicate ? CopyCheck : CircleCheck;
  return (
    <section
      ref={place}
      aria-label="The event triggered last"
      className="flex min-w-0 scroll-mt-16 scroll-mb-20 flex-col gap-4"
    >
      <Card className="flex gap-3 px-4 py-3">
        <Icon
          aria-hidden
          className={`mt-0.5 size-4.5 shrink-0 ${isDuplicate ? 'text-muted' : 'text-success'}`}
        />
        <div className="min-w-0 flex-1 text-sm">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to="/events/$eventId"
              params={{ eventId: event.id }}
              className={`${linkClasses} font-medium`}
            >
              {event.type}
            </Link>
            <span className="text-muted">
              {isDuplicate ? 'first triggered ' : 'triggered '}
              <RelativeTime at={event.createdAt} />
            </span>
          </p>
          {isDuplicate && (
            <p>This event id was already used with the same payload: nothing new was sent.</p>
          )}
          <CopyableText value={event.eventId} label="Event id" className="-mb-1.5 text-muted" />
        </div>
      </Card>
      <EventDeliveries
        eventId={event.eventId}
        type={event.type}
        webhooksNotified={webhooksNotified}
        onOpen={onOpen}
      />
    </section>
  );
}
