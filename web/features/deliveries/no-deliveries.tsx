import { Link } from '@tanstack/react-router';
import { Activity, FilterX } from 'lucide-react';

import { Button, buttonClasses } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useSession } from '../session/session.tsx';

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

/** In place of the list where the filters leave nothing of it. */
export function NothingFits({ onClear }: { onClear: () => void }) {
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
      Those that come to fit show up here by themselves. An event id has to be the whole id, letter
      for letter.
    </EmptyState>
  );
}
