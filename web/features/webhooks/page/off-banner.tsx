import { CirclePause, TriangleAlert, Unplug } from 'lucide-react';

import { Button } from '../../../components/form/button.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { classNames } from '../../../lib/class-names.ts';
import { useSession } from '../../../session/session.tsx';
import { useSwitchWebhook } from './use-switch-webhook.ts';
import type { WebhookDetails } from '../webhook-details.ts';

const REASONS = {
  MANUAL: {
    icon: CirclePause,
    why: 'Switched off by hand',
    what: 'Events are not sent to it, and deliveries that come due end as failed.',
  },
  GONE: {
    icon: Unplug,
    why: 'Switched off because its endpoint answered 410 Gone',
    what: 'The receiver asks for no further deliveries. Check that the URL is still right, or change it, and then switch the webhook on again.',
  },
  FAILING: {
    icon: TriangleAlert,
    why: 'Switched off because its deliveries had failed for too long',
    what: 'Fix the receiver, send it a test event, then switch the webhook on again.',
  },
} as const;

export interface OffBannerProps {
  webhook: WebhookDetails;
  /** It was switched on, and what it missed since it was off is to be brought back. */
  onRecover: (offSince: string | null) => void;
}

/** Why a webhook is off, and how it is switched on again. Nothing where it is on. */
export function OffBanner({ webhook, onRecover }: OffBannerProps) {
  const { mayWrite } = useSession();
  const { isBusy, switchTo } = useSwitchWebhook(webhook.id);
  if (webhook.isActive) return null;
  const { disabledAt } = webhook;
  async function switchOnAndRecover(): Promise<void> {
    if (await switchTo(true)) onRecover(disabledAt);
  }
  const reason = webhook.disabledReason ?? 'MANUAL';
  const { icon: Icon, why, what } = REASONS[reason];
  return (
    <div
      role="status"
      className={classNames(
        'flex flex-wrap items-start gap-x-4 sm:items-center gap-y-3 rounded-lg border px-4 py-3',
        reason === 'MANUAL' ? 'border-line-strong bg-hover' : 'border-failed/40 bg-failed-soft',
      )}
    >
      <Icon
        aria-hidden
        className={classNames(
          'size-5 shrink-0',
          reason === 'MANUAL' ? 'text-muted' : 'text-failed',
        )}
      />
      <div className="min-w-56 flex-1 text-sm">
        <p className="font-medium">
          {why}, <RelativeTime at={webhook.disabledAt} />.
        </p>
        <p className={reason === 'MANUAL' ? 'text-muted' : undefined}>
          {what} What it misses can be brought back once it is on.
        </p>
      </div>
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          <Button isBusy={isBusy} onClick={() => void switchTo(true)}>
            Switch on
          </Button>
          <Button isBusy={isBusy} onClick={() => void switchOnAndRecover()}>
            Switch on and recover…
          </Button>
        </div>
      )}
    </div>
  );
}
