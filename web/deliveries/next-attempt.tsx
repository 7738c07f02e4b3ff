import { Countdown } from '../components/time/countdown.tsx';
import type { DeliveryRow } from '../live/delivery-row.ts';
import { classNames } from '../lib/class-names.ts';

export interface NextAttemptProps {
  delivery: Pick<DeliveryRow, 'status' | 'nextAttemptAt'>;
  className?: string | undefined;
}

/** Counts down to a delivery's next attempt; nothing where none is ahead. */
export function NextAttempt({ delivery: { status, nextAttemptAt }, className }: NextAttemptProps) {
  if (status !== 'RETRYING' || nextAttemptAt === null) return null;
  return <Countdown until={nextAttemptAt} className={classNames('text-retrying', className)} />;
}
