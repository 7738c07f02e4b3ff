import { useClock } from '../lib/clock.ts';
import { formatExact, formatRelative, type Time } from '../lib/time-format.ts';

export interface RelativeTimeProps {
  /** Null for "not yet": a dash. */
  at: Time | null;
  className?: string | undefined;
}

/** `12 s ago`, kept up to date; the exact time on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  if (at === null) return <span className={className}>–</span>;
  return <TickingTime at={at} className={className} />;
}

function TickingTime({ at, className }: { at: Time; className: string | undefined }) {
  const text = useClock((nowMs) => formatRelative(at, nowMs));
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
