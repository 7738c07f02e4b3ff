import { useClock } from '../../lib/time/clock.ts';
import { formatClock, formatExact, formatRelative, type Time } from '../../lib/time/time-format.ts';
import { useTimeStyle } from '../../lib/time/time-style.ts';

export interface RelativeTimeProps {
  /** Null for "not yet": a dash. */
  at: Time | null;
  className?: string | undefined;
}

/** `12 s ago`, kept up to date, or as a clock has it, as the reader chose; the exact time on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  if (at === null) return <span className={className}>–</span>;
  return <TickingTime at={at} className={className} />;
}

function TickingTime({ at, className }: { at: Time; className: string | undefined }) {
  const { timeStyle } = useTimeStyle();
  const format = timeStyle === 'relative' ? formatRelative : formatClock;
  const text = useClock((nowMs) => format(at, nowMs));
  return (
    <time
      dateTime={typeof at === 'string' ? at : at.toISOString()}
      title={formatExact(at)}
      className={className}
    >
      {text}
    </time>
  );
}
