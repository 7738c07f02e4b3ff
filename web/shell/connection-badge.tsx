import { useConnectionStatus } from '../graphql/connection/connection-status.ts';
import { useFeedLag } from './use-feed-lag.ts';

const LOOKS = {
  live: { label: 'Live', dot: 'bg-success', text: 'text-muted' },
  behind: { label: 'Live', dot: 'bg-retrying', text: 'text-retrying' },
  reconnecting: { label: 'Reconnecting …', dot: 'bg-retrying', text: 'text-retrying' },
  offline: { label: 'Offline', dot: 'bg-failed', text: 'text-failed' },
} as const;

const MEANINGS = {
  live: 'Changes show here as they happen.',
  behind: 'More changes than can be shown at once: the newest are still to come.',
  reconnecting: 'What changed meanwhile comes as soon as the connection is back.',
  offline: 'The server cannot be reached. What you see is how things stood before.',
} as const;

/** Whether what the page shows is live. */
export function ConnectionBadge() {
  const { status } = useConnectionStatus();
  const seconds = useFeedLag();
  const look = status === 'live' && seconds !== null ? 'behind' : status;
  const { label, dot, text } = LOOKS[look];
  return (
    <output
      aria-live="polite"
      title={MEANINGS[look]}
      data-status={status}
      className={`flex items-center gap-2 text-sm ${text}`}
    >
      <span aria-hidden className="relative flex size-2">
        {look === 'live' && (
          <span className="absolute inline-flex size-full rounded-full bg-success opacity-60 motion-safe:animate-ping" />
        )}
        <span className={`relative inline-flex size-2 rounded-full ${dot}`} />
      </span>
      {label}
      {look === 'behind' && (
        // Said once, and not anew each second.
        <span aria-hidden className="tabular-nums">
          {seconds} s behind
        </span>
      )}
    </output>
  );
}
