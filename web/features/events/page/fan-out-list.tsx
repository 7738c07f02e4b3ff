import { Link } from '@tanstack/react-router';

import { Badge, type BadgeTone } from '../../../components/state/badge.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { graphql, readFragment, type FragmentOf, type ResultOf } from '../../../graphql/graphql.ts';

export const FanOutDecisionFragment = graphql(`
  fragment FanOutDecisionRow on FanOutDecision {
    outcome
    reason
    webhook {
      id
      name
      deletedAt
    }
  }
`);

type Outcome = ResultOf<typeof FanOutDecisionFragment>['outcome'];

const WORDS: Record<Outcome, { word: string; tone: BadgeTone }> = {
  DELIVERED: { word: 'Delivered', tone: 'success' },
  FILTERED: { word: 'Filtered', tone: 'retrying' },
  INACTIVE: { word: 'Off', tone: 'neutral' },
  NOT_SUBSCRIBED: { word: 'Not subscribed', tone: 'neutral' },
  OTHER_CUSTOMER: { word: 'Another customer’s', tone: 'neutral' },
};

export interface FanOutListProps {
  decisions: readonly FragmentOf<typeof FanOutDecisionFragment>[];
  /** Read aloud. */
  label: string;
}

/** Webhooks, each with what becomes of an event there and why. */
export function FanOutList({ decisions, label }: FanOutListProps) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {decisions.map((decision) => {
        const { outcome, reason, webhook } = readFragment(FanOutDecisionFragment, decision);
        const { word, tone } = WORDS[outcome];
        return (
          <li key={webhook.id} className="flex flex-col gap-0.5 px-4 py-2.5 text-sm">
            <span className="flex min-w-0 items-center justify-between gap-3">
              {webhook.deletedAt === null ? (
                <Link
                  to="/webhooks/$webhookId"
                  params={{ webhookId: webhook.id }}
                  className={`${linkClasses} truncate`}
                >
                  {webhook.name}
                </Link>
              ) : (
                <span className="truncate">{webhook.name} (deleted)</span>
              )}
              <Badge tone={tone}>{word}</Badge>
            </span>
            <span className="wrap-anywhere text-muted">{reason}</span>
          </li>
        );
      })}
    </ul>
  );
}
