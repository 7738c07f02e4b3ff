import { CirclePause } from 'lucide-react';
import { useMutation, useQuery } from 'urql';

import { Button } from '../../../components/form/button.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { useReadAgain } from '../../../graphql/use-read-again.ts';
import { formatPlural } from '../../../lib/number-format.ts';
import { useSession } from '../../../session/session.tsx';
import { HeldCountQuery } from '../held-count.ts';
import { useTellOutcome } from '../../../components/overlay/tell-outcome.ts';
import type { WebhookDetails } from '../webhook-details.ts';
import { ResumeWebhookMutation } from '../webhook-mutations.ts';

/** That a webhook is paused, what waits for it, and how it goes on. */
export function PauseBanner({ webhook }: { webhook: WebhookDetails }) {
  const { id, pausedAt, pausedUntil, oldestDueAt } = webhook;
  const { mayWrite } = useSession();
  const tellOutcome = useTellOutcome();
  const [{ fetching }, resume] = useMutation(ResumeWebhookMutation);

  async function submit(): Promise<void> {
    const { data, error } = await resume({ input: { id } });
    tellOutcome({
      error,
      userErrors: data?.webhookResume.userErrors,
      done: 'Webhook resumed',
      notDone: 'Not resumed',
    });
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
          <HowMany id={id} />
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

function HowMany({ id }: { id: string }) {
  const [{ data, error }, ask] = useQuery({
    query: HeldCountQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), {
    hasFailed: error !== undefined,
    changedBy: { webhookId: id },
  });
  const count = data?.webhook?.heldCount;
  if (count === undefined) return null;
  return (
    <span>
      {count === 0
        ? 'Nothing waits yet.'
        : `${formatPlural(count, 'delivery waits', 'deliveries wait')}.`}
    </span>
  );
}
