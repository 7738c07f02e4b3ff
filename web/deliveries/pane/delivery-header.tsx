import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';

import { Badge } from '../../components/state/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { CopyableText } from '../../components/copyable-text.tsx';
import { KeyValueList } from '../../components/key-value-list.tsx';
import { linkClasses } from '../../components/link.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { CustomerLink } from '../../customers/customer-link.tsx';
import { formatCount } from '../../lib/number-format.ts';
import { formatDuration } from '../../lib/time/time-format.ts';
import { RetryButton } from '../retry-delivery.tsx';
import { useCurlOf } from './sent-request.ts';

interface DeliveryHeaderProps {
  delivery: DeliveryDetail;
  /** It is due, and its webhook's pause or open circuit holds it back. */
  isHeld: boolean;
  onRetried: () => void;
}

/** What is done with a delivery, and what it is. */
export function DeliveryHeader({ delivery, isHeld, onRetried }: DeliveryHeaderProps) {
  const { event, webhook, isTest } = delivery;
  const curlOf = useCurlOf(delivery, delivery.attempts.at(-1));
  return (
    <div className="space-y-4 px-4 pt-4 sm:px-5">
      <div className="flex flex-wrap items-center gap-2">
        <RetryButton
          delivery={delivery}
          obstacle={retryObstacleOf(delivery)}
          isHeld={isHeld}
          hasShortcut
          onRetried={onRetried}
        />
        <CopyButton label="Copy as cURL" value={curlOf} />
        {isTest && (
          <Badge tone="accent" icon={FlaskConical}>
            Test
          </Badge>
        )}
      </div>
      <KeyValueList
        items={[
          {
            term: 'Webhook',
            detail: (
              <>
                <WebhookName delivery={delivery} />
                <span className="block font-mono text-xs leading-5 wrap-anywhere text-muted">
                  {webhook.url}
                </span>
              </>
            ),
          },
          {
            term: 'Event',
            detail: (
              <>
                <CopyableText value={event.eventId} label="Event id" className="-my-1.5" />
                <span className="flex flex-wrap gap-x-4">
                  <Link
                    to="/events/$eventId"
                    params={{ eventId: event.id }}
                    className={linkClasses}
                  >
                    Open the event
                  </Link>
                  <Link to="/deliveries" search={{ event: event.eventId }} className={linkClasses}>
                    {event.webhooksNotified > 1
                      ? `All its ${formatCount(event.webhooksNotified)} deliveries`
                      : 'All its deliveries'}
                  </Link>
                </span>
              </>
            ),
          },
          ...(event.customer === null
            ? []
            : [{ term: 'Customer', detail: <CustomerLink customer={event.customer} /> }]),
          {
            term: 'Delivery id',
            detail: (
              <>
                <CopyableText value={delivery.id} label="Delivery id" className="-my-1.5" />
                <span className="block text-xs text-muted">
                  Receivers see it as{' '}
                  <code className="font-mono whitespace-nowrap">webhook-id</code> and{' '}
                  <code className="font-mono whitespace-nowrap">X-Webhook-Delivery</code>.
                </span>
              </>
            ),
          },
        ]}
      />
      <Progress delivery={delivery} />
    </div>
  );
}

/** From its making to its end, side by side. */
function Progress({ delivery }: { delivery: DeliveryDetail }) {
  const { createdAt, completedAt, attemptCount, maxAttempts } = delivery;
  // The attempts' numbers go on over retries by hand, their count starts anew.
  const isRetried = (delivery.attempts.at(-1)?.number ?? 0) > attemptCount;
  const cell = 'min-w-0 px-2.5 py-2 sm:px-3.5';
  const aside = 'block text-xs text-muted sm:inline sm:text-sm';
  return (
    <dl className="grid grid-cols-3 divide-x divide-line rounded-lg border border-line text-sm">
      <div className={cell}>
        <dt className="text-xs text-muted">Created</dt>
        <dd>
          <RelativeTime at={createdAt} />
        </dd>
      </div>
      <div className={cell}>
        <dt className="text-xs text-muted">Ended</dt>
        <dd>
          {completedAt === null ? (
            <span className="text-muted">Not yet</span>
          ) : (
            <>
              <RelativeTime at={completedAt} />{' '}
              <span className={aside}>
                after {formatDuration(Date.parse(completedAt) - Date.parse(createdAt))}
              </span>
            </>
          )}
        </dd>
      </div>
      <div className={cell}>
        <dt className="text-xs text-muted">Attempts</dt>
        <dd className="tabular-nums">
          {formatCount(attemptCount)} of {formatCount(maxAttempts)}
          {isRetried && <span className={aside}> since the retry</span>}
        </dd>
      </div>
    </dl>
  );
}

function WebhookName({ delivery: { webhook } }: { delivery: DeliveryDetail }) {
  const isDeleted = webhook.deletedAt !== null;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Link
        to="/webhooks/$webhookId"
        params={{ webhookId: webhook.id }}
        className={`${linkClasses} font-medium`}
      >
        {webhook.name}
      </Link>
      {!webhook.isActive && <Badge>{isDeleted ? 'Deleted' : 'Off'}</Badge>}
    </span>
  );
}

/** What the server would refuse a retry for, shown beforehand. */
function retryObstacleOf({ webhook }: DeliveryDetail): string | null {
  if (webhook.deletedAt !== null) return 'Its webhook was deleted';
  return webhook.isActive ? null : 'Its webhook is off: switch it on first';
}
