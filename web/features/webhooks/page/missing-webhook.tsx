import { Link } from '@tanstack/react-router';
import { Unplug } from 'lucide-react';

import { buttonClasses } from '../../../components/form/button.tsx';
import { EmptyState } from '../../../components/state/empty-state.tsx';

/** For an id that no webhook has, or no longer. */
export function MissingWebhook() {
  return (
    <EmptyState
      isWholePage
      icon={Unplug}
      title="Webhook not found"
      action={
        <Link to="/webhooks" className={buttonClasses()}>
          All webhooks
        </Link>
      }
    >
      The address may be mistyped, or the webhook was deleted and retention has removed its
      deliveries.
    </EmptyState>
  );
}
