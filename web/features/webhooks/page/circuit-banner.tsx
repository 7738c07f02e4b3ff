import { Hourglass } from 'lucide-react';

import { NextProbe } from '../../../components/time/next-probe.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import type { WebhookDetails } from '../webhook-details.ts';

/** That a webhook's deliveries are held back, and until when. Nothing while its circuit is closed. */
export function CircuitBanner({ webhook }: { webhook: WebhookDetails }) {
  if (!webhook.isActive || webhook.isPaused || webhook.circuitOpenedAt === null) return null;
  return (
    <div
      role="status"
      className="flex items-start gap-x-4 rounded-lg border border-retrying/40 bg-retrying-soft px-4 py-3"
    >
      <Hourglass aria-hidden className="size-5 shrink-0 text-retrying" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-medium">
          Deliveries are held back: every attempt has failed, the first{' '}
          <RelativeTime at={webhook.failingSince} />.
        </p>
        <p>
          Single attempts probe the receiver; the first that succeeds lets the others go at once.
          Until one succeeds, deliveries may be up to a minute late.
        </p>
        <p className="mt-1 flex flex-wrap gap-x-5">
          <span>
            Next probe <NextProbe at={webhook.nextProbeAt} />
          </span>
          {webhook.oldestDueAt !== null && (
            <span>
              Oldest waiting since <RelativeTime at={webhook.oldestDueAt} />
            </span>
          )}
        </p>
      </div>
    </div>
  );
}
