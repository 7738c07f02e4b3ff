import { Link } from '@tanstack/react-router';
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Hourglass,
  RotateCw,
  Send,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';

import { Countdown } from '../../components/time/countdown.tsx';
import { NextProbe } from '../../components/time/next-probe.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { classNames } from '../../lib/class-names.ts';
import { useClock } from '../../lib/time/clock.ts';
import { formatPlural } from '../../lib/number-format.ts';
import { backlogInWords, rateInWords } from '../../lib/rate-limits.ts';
import { linkClasses } from '../../components/link.tsx';
import { failureAdvice } from './attempt-advice.ts';
import type { Holding } from './use-holding-webhook.ts';

interface Words {
  icon: LucideIcon;
  look: string;
  title: ReactNode;
  text: ReactNode;
}

interface StandingProps {
  delivery: DeliveryDetail;
  /** That which holds it back; null where none does. */
  holding: Holding | null;
}

/** Where the delivery stands, in words that say what comes next or what to do. */
export function Standing({ delivery, holding }: StandingProps) {
  const {
    icon: Icon,
    look,
    title,
    text,
  } = holding === null ? wordsOn(delivery) : wordsOnHeld(holding);
  return (
    // As tall as its longest usual words: what stands beneath keeps its place from one to the next.
    <div
      className={classNames('mx-4 mt-4 flex min-h-16 gap-3 rounded-lg px-3.5 py-2.5 sm:mx-5', look)}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        <p className="text-sm wrap-anywhere text-ink">{text}</p>
      </div>
    </div>
  );
}

function wordsOn(delivery: DeliveryDetail): Words {
  const { status, attemptCount, maxAttempts, nextAttemptAt, failureReason } = delivery;
  const next = `Attempt ${attemptCount + 1} of ${maxAttempts}`;
  switch (status) {
    case 'PENDING':
      return {
        icon: CircleDashed,
        look: 'bg-pending-soft text-pending',
        title: <NextTry at={nextAttemptAt} due="Queued: it is sent in a moment" />,
        text: `${next} waits for its turn.`,
      };
    case 'SENDING':
      return {
        icon: Send,
        look: 'bg-sending-soft text-sending',
        title: 'Sending now',
        text: `${next}; the webhook’s timeout is ${delivery.webhook.timeout} s.`,
      };
    case 'RETRYING':
      return {
        icon: RotateCw,
        look: 'bg-retrying-soft text-retrying',
        title: <NextTry at={nextAttemptAt} due="Next attempt: due now" />,
        text: `${next}, unless you retry it first.`,
      };
    case 'SUCCESS': {
      // As the timeline numbers it: `attemptCount` begins anew with each retry.
      const number = delivery.attempts.at(-1)?.number ?? attemptCount;
      return {
        icon: CircleCheck,
        look: 'bg-success-soft text-success',
        title: number === 1 ? 'Delivered at the first attempt' : `Delivered at attempt ${number}`,
        text: 'The receiver answered with 2xx; nothing is left to do.',
      };
    }
    case 'FAILED': {
      const isDeleted = delivery.webhook.deletedAt !== null;
      const advice = failureReason === null ? null : failureAdvice(failureReason, isDeleted);
      return {
        icon: CircleX,
        look: 'bg-failed-soft text-failed',
        title: advice?.title ?? 'Given up',
        text: advice?.advice ?? `After ${formatPlural(attemptCount, 'attempt')}.`,
      };
    }
  }
}

function wordsOnHeld({ by, webhook, waitsFor }: Holding): Words {
  if (by === 'ORDER') {
    return {
      icon: Hourglass,
      look: 'bg-retrying-soft text-retrying',
      title: 'Waits for an earlier one of its ordering key',
      text:
        waitsFor === null ? (
          'It goes out once all before it have ended.'
        ) : (
          <>
            It goes out once{' '}
            <Link
              to="/deliveries/$deliveryId"
              params={{ deliveryId: waitsFor.id }}
              className={linkClasses}
            >
              {waitsFor.event.type}
            </Link>{' '}
            and all between have ended, of the key {waitsFor.event.orderingKey}.
          </>
        ),
    };
  }
  const { failingSince, nextProbeAt, pausedAt, pausedUntil, rateLimit, heldCount } = webhook;
  if (by === 'RATE_LIMITED' && rateLimit !== null) {
    return {
      icon: Hourglass,
      look: 'bg-retrying-soft text-retrying',
      title: 'Held back: its webhook’s rate limit is used up',
      text: `It gets ${rateInWords(rateLimit)}: ${backlogInWords(rateLimit, heldCount)}.`,
    };
  }
  if (by === 'PAUSED') {
    return {
      icon: CirclePause,
      look: 'bg-retrying-soft text-retrying',
      title: 'Held back: its webhook is paused',
      text: (
        <>
          Paused <RelativeTime at={pausedAt} />; it goes out once the webhook is resumed
          {pausedUntil === null ? (
            ''
          ) : (
            <>
              , by itself <RelativeTime at={pausedUntil} />
            </>
          )}
          .
        </>
      ),
    };
  }
  return {
    icon: Hourglass,
    look: 'bg-retrying-soft text-retrying',
    title: 'Held back: every attempt to its webhook fails',
    text: (
      <>
        The first failed <RelativeTime at={failingSince} />. Single attempts probe the receiver, the
        next one <NextProbe at={nextProbeAt} />; the first that succeeds lets all deliveries go.
      </>
    ),
  };
}

/** Counts down to the moment, and says so once it has come. */
function NextTry({ at, due }: { at: string | null; due: string }) {
  const isAhead = useClock((nowMs) => at !== null && Date.parse(at) > nowMs);
  if (at === null || !isAhead) return due;
  return (
    <>
      Next attempt <Countdown until={at} />
    </>
  );
}
