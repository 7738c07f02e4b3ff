import { useClock } from '../../lib/time/clock.ts';
import { formatCountdown, formatExact, type Time } from '../../lib/time/time-format.ts';

export interface CountdownProps {
  until: Time;
  className?: string | undefined;
}

/** `in 0:42`, down to `now`; the exact time on hover. */
export function Countdown({ until, className }: CountdownProps) {
  const text = useClock((nowMs) => formatCountdown(until, nowMs));
  return (
    <time
      dateTime={typeof until === 'string' ? until : until.toISOString()}
      title={formatExact(until)}
      className={className}
    >
      {text}
    </time>
  );
}
