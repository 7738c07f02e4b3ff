import { Link } from '@tanstack/react-router';

import { Countdown } from '../../../components/time/countdown.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { Spinner } from '../../../components/state/spinner.tsx';
import { StatusBadge } from '../../../components/state/status-badge.tsx';
import type { DeliveryDetail } from '../../../live/delivery-detail.ts';
import { faultMessage } from '../../../graphql/fault-message.ts';
import type { DeliveryParents } from '../../../live/live-delivery.ts';
import { useLiveDelivery } from '../../../live/use-live-delivery.ts';
import { formatDuration } from '../../../lib/time/time-format.ts';

export interface TestDeliveryProps {
  /** The delivery's global id. */
  id: string;
  parents: DeliveryParents;
  /** What the webhook's filter and the type's schema would have said. */
  notes: readonly string[];
}

/** A delivery as it happens, attempt by attempt. */
export function TestDelivery({ id, parents, notes }: TestDeliveryProps) {
  const { delivery, error } = useLiveDelivery(id, parents);
  return (
    <div className="flex min-h-40 flex-col gap-3">
      {delivery === null ? (
        error === null ? (
          <Spinner label="Looking for the delivery" />
        ) : (
          <p role="alert" className="text-sm text-failed">
            It is sent, but cannot be shown: {faultMessage(error)}
          </p>
        )
      ) : (
        <>
          <div className="flex min-h-8 items-center justify-between gap-3">
            <StatusBadge status={delivery.status} size="md" />
            <span aria-live="polite" className="text-sm text-muted">
              <WhatNext delivery={delivery} />
            </span>
          </div>
          {delivery.attempts.length > 0 && (
            <ol
              aria-label="Attempts"
              className="divide-y divide-line rounded-lg border border-line text-sm"
            >
              {delivery.attempts.map((attempt) => (
                <Attempt key={attempt.id} attempt={attempt} />
              ))}
            </ol>
          )}
        </>
      )}
      {notes.map((note) => (
        <p key={note} className="text-sm wrap-anywhere text-muted">
          {note}
        </p>
      ))}
      <Link
        to="/deliveries/$deliveryId"
        params={{ deliveryId: id }}
        className={`${linkClasses} mt-auto self-start text-sm`}
      >
        Open the delivery
      </Link>
    </div>
  );
}

function WhatNext({ delivery }: { delivery: DeliveryDetail }) {
  const { status, attemptCount, maxAttempts, nextAttemptAt } = delivery;
  switch (status) {
    case 'PENDING':
      return 'Waiting to be sent';
    case 'SENDING':
      return 'Waiting for the answer';
    case 'SUCCESS':
      return 'The receiver has taken it';
    case 'FAILED':
      return `Given up after ${attemptCount} of ${maxAttempts} attempts`;
    case 'RETRYING':
      return (
        <>
          Attempt {attemptCount + 1} of {maxAttempts}{' '}
          {nextAttemptAt === null ? 'soon' : <Countdown until={nextAttemptAt} />}
        </>
      );
  }
}

function Attempt({ attempt }: { attempt: DeliveryDetail['attempts'][number] }) {
  const { number, responseStatusCode, errorCode, errorMessage, durationMs } = attempt;
  return (
    <li className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] gap-x-2 px-3 py-2">
      <span className="text-muted tabular-nums">{number}</span>
      <span className={errorCode === null ? 'text-success' : 'text-failed'}>
        {responseStatusCode === null ? (errorCode ?? '') : `HTTP ${responseStatusCode}`}
      </span>
      <span className="text-muted tabular-nums">{formatDuration(durationMs)}</span>
      {errorMessage !== null && (
        <span className="col-start-2 col-end-4 wrap-anywhere text-muted">{errorMessage}</span>
      )}
    </li>
  );
}
