import { CirclePause } from 'lucide-react';
import { useMutation } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { useToast } from '../../../components/overlay/toast.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { useSession } from '../../../session/session.tsx';
import type { WebhookDetails } from '../webhook-details.ts';
import { ResumeWebhookMutation } from '../webhook-mutations.ts';

/** That a webhook is paused, what waits for it, and how it goes on. Nothing where it is not paused. */
export function PauseBanner({ webhook }: { webhook: WebhookDetails }) {
  const { id, isPaused, pausedAt, pausedUntil, heldCount, oldestDueAt } = webhook;
  const { mayWrite } = useSession();
  const toast = useToast();
  const [{ fetching }, resume] = useMutation(ResumeWebhookMutation);
  if (!isPaused) return null;

  async function submit(): Promise<void> {
    const { data, error } = await resume({ input: { id } });
    const fault =
      error === undefined ? data?.webhookResume.userErrors[0]?.message : faultMessage(error);
    toast.show(
      fault === undefined
        ? { title: 'Webhook resumed', tone: 'success' }
        : { title: 'Not resumed', description: fault, tone: 'failed' },
    );
  }

  return (
    <div
      role="status"
      className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg border border-retrying/40 bg-retrying-soft px-4 py-3 sm:items-center"
    >
      <CirclePause aria-hidden className="size-5 shrink-0 text-retrying" />
      <div className="min-w-56 flex-1 text-sm">
        <p className="font-medium">
          Paused <RelativeTime at={pausedAt} />: deliveries are kept and wait.
        </p>
        <p className="flex flex-wrap gap-x-5">
          <span>
            {heldCount === 0
              ? 'Nothing waits yet.'
              : `${formatPlural(heldCount, 'delivery waits', 'deliveries wait')}.`}
          </span>
          {oldestDueAt !== null && (
            <span>
              The oldest since <RelativeTime at={oldestDueAt} />
            </span>
          )}
          {pausedUntil !== null && (
            <span>
              Resumes by itself <RelativeTime at={pausedUntil} />
            </span>
          )}
        </p>
      </div>
      {mayWrite && (
        <Button isBusy={fetching} onClick={() => void submit()}>
          Resume
        </Button>
      )}
    </div>
  );
}
