import { ChevronRight, CircleCheck, CircleX } from 'lucide-react';
import { useId } from 'react';

import { RelativeTime } from '../../components/time/relative-time.tsx';
import { Tabs } from '../../components/tabs.tsx';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatDuration, formatExact } from '../../lib/time/time-format.ts';
import { attemptAdvice, type Advice } from './attempt-advice.ts';
import { RequestView } from './request-view.tsx';
import { ResponseView } from './response-view.tsx';

type Attempt = DeliveryDetail['attempts'][number];

interface AttemptItemProps {
  attempt: Attempt;
  delivery: DeliveryDetail;
  /** The advice is shown here, and not at another attempt or above. */
  hasAdvice: boolean;
  isOpen: boolean;
  onToggle: () => void;
}

/** One attempt: how it went in a line, and unfolded all that was sent and came back. */
export function AttemptItem(props: AttemptItemProps) {
  const { attempt, delivery, hasAdvice, isOpen, onToggle } = props;
  const advice = attemptAdvice(attempt);
  const isSuccess = advice === null;
  const Icon = isSuccess ? CircleCheck : CircleX;
  const contentId = useId();
  return (
    <li data-attempt={attempt.number}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={contentId}
        onClick={onToggle}
        className="grid min-h-11 w-full grid-cols-[auto_auto_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3 py-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2 @lg:grid-cols-[auto_auto_auto_minmax(0,1fr)_4.5rem_4rem_4.5rem]"
      >
        <ChevronRight
          aria-hidden
          className={classNames(
            'size-4 text-muted motion-safe:transition-transform',
            isOpen && 'rotate-90',
          )}
        />
        <span className="min-w-6 font-mono text-xs text-muted">
          <span className="sr-only">Attempt </span>
          <span aria-hidden>#</span>
          {attempt.number}
        </span>
        <span
          className={classNames(
            'flex items-center gap-1.5 font-medium @max-lg:hidden',
            isSuccess ? 'text-success' : 'text-failed',
          )}
        >
          <Icon aria-hidden className="size-4" />
          {isSuccess ? 'Success' : 'Failed'}
        </span>
        <span className="flex min-w-0 items-center gap-1.5">
          <Icon
            aria-hidden
            className={classNames(
              'size-4 shrink-0 @lg:hidden',
              isSuccess ? 'text-success' : 'text-failed',
            )}
          />
          <span className="truncate">
            <Outcome attempt={attempt} advice={advice} />
          </span>
        </span>
        <DurationBar attempt={attempt} timeout={delivery.webhook.timeout} />
        <span className="text-right tabular-nums @max-lg:hidden">
          {formatDuration(attempt.durationMs)}
        </span>
        <RelativeTime at={attempt.startedAt} className="text-right text-muted" />
      </button>
      <div id={contentId} hidden={!isOpen} className="space-y-3 px-3 pt-1 pb-4">
        {isOpen && (
          <AttemptContent
            attempt={attempt}
            delivery={delivery}
            advice={advice}
            hasAdvice={hasAdvice}
          />
        )}
      </div>
    </li>
  );
}

function Outcome({ attempt, advice }: { attempt: Attempt; advice: Advice | null }) {
  const { responseStatusCode: status } = attempt;
  return (
    <>
      {status !== null && <span className="font-medium tabular-nums">{status}</span>}{' '}
      <span className="text-muted">{advice?.title ?? 'Received'}</span>
    </>
  );
}

/** How much of its time an attempt took: a receiver that nears its timeout is seen before it fails. */
function DurationBar({ attempt, timeout }: { attempt: Attempt; timeout: number }) {
  const share = Math.min(1, attempt.durationMs / (timeout * 1_000));
  return (
    <span
      aria-hidden
      title={`${formatDuration(attempt.durationMs)} of the ${timeout} s that an attempt may take`}
      className="h-1.5 overflow-hidden rounded-full bg-hover @max-lg:hidden"
    >
      <span
        style={{ width: `${Math.max(2, share * 100)}%` }}
        className={classNames(
          'block h-full rounded-full',
          attempt.errorCode === null ? 'bg-success' : 'bg-failed',
        )}
      />
    </span>
  );
}

interface AttemptContentProps {
  attempt: Attempt;
  delivery: DeliveryDetail;
  advice: Advice | null;
  hasAdvice: boolean;
}

function AttemptContent({ attempt, delivery, advice, hasAdvice }: AttemptContentProps) {
  return (
    <>
      <p className="text-xs text-muted">
        {formatExact(attempt.startedAt)} · took {formatDuration(attempt.durationMs)}; the webhook’s
        timeout is {delivery.webhook.timeout} s
      </p>
      {advice !== null && (
        <div className="rounded-md border-l-2 border-failed bg-failed-soft px-3 py-2 text-sm">
          <p>
            <strong className="font-semibold text-failed">{advice.title}.</strong>{' '}
            {hasAdvice && advice.advice}
          </p>
          {attempt.errorMessage !== null && (
            <p className="mt-1 wrap-anywhere">
              <span className="font-medium">Details:</span> {attempt.errorMessage}
            </p>
          )}
        </div>
      )}
      <Tabs
        label={`Attempt ${attempt.number}`}
        tabs={[
          { value: 'response', label: 'Response', content: <ResponseView attempt={attempt} /> },
          {
            value: 'request',
            label: 'Request',
            content: <RequestView attempt={attempt} delivery={delivery} />,
          },
        ]}
      />
    </>
  );
}
