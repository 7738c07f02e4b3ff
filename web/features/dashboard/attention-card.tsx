import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { Card, CardHeader } from '../../components/card.tsx';
import { linkClasses, rowLinkClasses } from '../../components/link.tsx';
import { NextProbe } from '../../components/time/next-probe.tsx';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import { WebhookState } from '../../components/state/webhook-state.tsx';
import { useUnreachedWebhooks, type UnreachedWebhooks } from '../../live/unreached-webhooks.ts';
import { formatCount } from '../../lib/number-format.ts';

const SHOWN = 5;

/** The webhooks that deliveries do not reach now, and what comes next; nothing where all are reached. */
export function AttentionCard() {
  const unreached = useUnreachedWebhooks();
  if (unreached === null || unreached.totalCount === 0) return null;
  const { nodes, totalCount } = unreached;
  return (
    <Card aria-label="Needs attention" className="border-retrying/40">
      <CardHeader
        title="Needs attention"
        actions={
          totalCount > SHOWN && (
            <Link
              to="/webhooks"
              search={{ state: 'attention' }}
              className={`${linkClasses} text-sm`}
            >
              All {formatCount(totalCount)}
            </Link>
          )
        }
      />
      <ul className="divide-y divide-line">
        {nodes.slice(0, SHOWN).map((webhook) => (
          <Unreached key={webhook.id} webhook={webhook} />
        ))}
      </ul>
    </Card>
  );
}

function Unreached({ webhook }: { webhook: UnreachedWebhooks['nodes'][number] }) {
  const { id, name, failingSince, oldestDueAt, nextProbeAt, isActive } = webhook;
  return (
    <li className="relative px-4 py-2.5 text-sm has-[a:hover]:bg-hover/60">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <Link
          to="/webhooks/$webhookId"
          params={{ webhookId: id }}
          dir="auto"
          className={`min-w-0 truncate text-left font-medium ${rowLinkClasses}`}
        >
          {name}
        </Link>
        <WebhookState {...webhook} />
      </div>
      <dl className="mt-1 flex flex-wrap gap-x-5 text-xs text-muted">
        <Fact term="Failing since">
          <RelativeTime at={failingSince} />
        </Fact>
        {oldestDueAt !== null && (
          <Fact term="Oldest waiting since">
            <RelativeTime at={oldestDueAt} />
          </Fact>
        )}
        {isActive && (
          <Fact term="Next probe">
            <NextProbe at={nextProbeAt} />
          </Fact>
        )}
      </dl>
    </li>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex gap-1">
      <dt>{term}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  );
}
