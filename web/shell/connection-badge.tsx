import { useConnectionStatus } from '../graphql/connection-status.ts';

const LOOKS = {
  live: { label: 'Live', dot: 'bg-success', text: 'text-muted' },
  reconnecting: { label: 'Reconnecting …', dot: 'bg-retrying', text: 'text-retrying' },
  offline: { label: 'Offline', dot: 'bg-failed', text: 'text-failed' },
} as const;

const MEANINGS = {
  live: 'Changes show here as they happen.',
  reconnecting: 'What changed meanwhile comes as soon as the connection is back.',
  offline: 'The server cannot be reached. What you see is how things stood before.',
} as const;

/** Whether what the page shows is live. */
export function ConnectionBadge() {
  const { status } = useConnectionStatus();
  const { label, dot, text } = LOOKS[status];
  return (
    <output
      aria-live="polite"
      title={MEANINGS[status]}
      data-status={status}
      className={`flex items-center gap-2 text-sm ${text}`}
    >
      <span aria-hidden className="relative flex size-2">
        {status === 'live' && (
          <span className="absolute inline-flex size-full rounded-full bg-success opacity-60 motion-safe:animate-ping" />
        )}
        <span className={`relative inline-flex size-2 rounded-full ${dot}`} />
      </span>
      {label}
    </output>
  );
}
