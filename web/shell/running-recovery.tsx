import { Link } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import { useQuery } from 'urql';

import { graphql } from '../graphql/graphql.ts';
import { useReadAgain } from '../graphql/use-read-again.ts';
import { RecoveryBar } from '../recoveries/recovery-bar.tsx';
import { countInWords } from '../recoveries/recovery-progress.ts';
import {
  isRunning,
  RecoveryStateFragment,
  useFollowedRecovery,
} from '../recoveries/recovery-state.ts';
import { TimeLeft } from '../recoveries/time-left.tsx';

const RunningQuery = graphql(
  `
    query NewestRecoveries {
      recoveries(first: 20) {
        nodes {
          ...RecoveryState
        }
      }
    }
  `,
  [RecoveryStateFragment],
);

/** How far the recovery is that runs now, whoever began it; nothing while none does. */
export function RunningRecovery() {
  const [{ data, error }, ask] = useQuery({ query: RunningQuery });
  useReadAgain(() => ask({ requestPolicy: 'network-only' }), { hasFailed: error !== undefined });
  const running = data?.recoveries.nodes.filter(isRunning) ?? [];
  const [recovery] = running;
  useFollowedRecovery(recovery ?? null);
  if (recovery === undefined) return null;
  const others = running.length - 1;
  return (
    <Link
      {...(others === 0
        ? { to: '/recoveries/$recoveryId', params: { recoveryId: recovery.id } }
        : { to: '/recoveries' })}
      className="flex h-8 min-w-0 items-center gap-2 rounded-md px-2 text-sm hover:bg-hover"
    >
      <LoaderCircle aria-hidden className="size-4 shrink-0 text-accent motion-safe:animate-spin" />
      <span className="truncate tabular-nums">
        <span className="max-sm:sr-only">Recovering </span>
        {countInWords(recovery)}
        <span className="text-muted max-md:hidden">
          <TimeLeft recovery={recovery} before=" · " />
          {others > 0 && ` · ${others} more`}
        </span>
      </span>
      <RecoveryBar recovery={recovery} className="w-24 shrink-0 max-lg:hidden" />
    </Link>
  );
}
