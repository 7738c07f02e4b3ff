import { useState, type RefObject } from 'react';

import type { DeliveryDetail } from '../../live/delivery-detail.ts';
import { formatCount } from '../../lib/number-format.ts';
import { attemptsWithAdvice } from './attempt-advice.ts';
import { AttemptItem } from './attempt-item.tsx';
import { JsonView } from '../../components/json/json-view.tsx';
import { useSteadyReading } from './steady-reading.ts';

interface TimelineProps {
  delivery: DeliveryDetail;
  /** Unfolded as long as the reader has not said otherwise. */
  followedId: string | null;
  scroller: RefObject<HTMLElement | null>;
}

/** Every attempt there was, the newest on top; each unfolds to its request and response. */
export function Timeline({ delivery, followedId, scroller }: TimelineProps) {
  const { attempts } = delivery;
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  useSteadyReading(scroller);
  const oldest = attempts[0];
  const isOpen = ({ id }: { id: string }) => chosen.get(id) ?? id === followedId;
  const withAdvice = attemptsWithAdvice(attempts.filter(isOpen), delivery.failureReason);
  return (
    <section aria-labelledby="attempts-heading" className="px-4 pt-5 pb-10 sm:px-5">
      <h3 id="attempts-heading" className="mb-2 font-semibold">
        Attempts
      </h3>
      {oldest === undefined ? (
        <NoAttempts delivery={delivery} />
      ) : (
        <ol reversed className="@container divide-y divide-line rounded-lg border border-line">
          {attempts.toReversed().map((attempt) => {
            return (
              <AttemptItem
                key={attempt.id}
                attempt={attempt}
                delivery={delivery}
                hasAdvice={withAdvice.has(attempt.id)}
                isOpen={isOpen(attempt)}
                onToggle={() => setChosen(new Map(chosen).set(attempt.id, !isOpen(attempt)))}
              />
            );
          })}
        </ol>
      )}
      {oldest !== undefined && oldest.number > 1 && (
        <p className="mt-2 text-sm text-muted">
          The newest {formatCount(attempts.length)} attempts are shown.
        </p>
      )}
    </section>
  );
}

function NoAttempts({ delivery }: { delivery: DeliveryDetail }) {
  return (
    <>
      <p className="mb-3 text-sm text-muted">
        {delivery.status === 'FAILED'
          ? 'No attempt was made. This would have been sent:'
          : 'No attempt has ended yet. This is what is sent:'}
      </p>
      <JsonView text={delivery.requestBody} label="Request body" />
    </>
  );
}
