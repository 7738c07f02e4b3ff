import { Link } from '@tanstack/react-router';
import { Activity, FilterX } from 'lucide-react';

import { Button, buttonClasses } from '../../../components/form/button.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';
import { useSession } from '../../../session/session.tsx';

/** In place of the list where nothing was ever sent. */
export function NothingYet() {
  const { mayWrite } = useSession();
  return (
    <EmptyState
      icon={Activity}
      title="No deliveries yet"
      action={
        mayWrite && (
          <>
            <Link to="/webhooks/new" className={buttonClasses({ size: 'sm', variant: 'primary' })}>
              New webhook
            </Link>
            <Link to="/events/new" className={buttonClasses({ size: 'sm' })}>
              Trigger an event
            </Link>
          </>
        )
      }
    >
      An event makes one delivery for each webhook that subscribes to its type. They show up here by
      themselves, as they happen.
    </EmptyState>
  );
}

export interface NothingFitsProps {
  /** Whether one of the filters is an event's id. */
  hasEventId: boolean;
  onClear: () => void;
}

/** In place of the list where the filters leave nothing of it. */
export function NothingFits({ hasEventId, onClear }: NothingFitsProps) {
  return (
    <EmptyState
      icon={FilterX}
      title="No delivery fits these filters"
      action={
        <Button size="sm" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      {hasEventId
        ? 'An event is found by its whole id, letter for letter. One that no webhook subscribed to made no delivery.'
        : 'Those that come to fit show up here by themselves.'}
    </EmptyState>
  );
}
