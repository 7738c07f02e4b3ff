import {
  CircleCheck,
  CirclePause,
  Hourglass,
  PowerOff,
  TriangleAlert,
  Unplug,
  type LucideIcon,
} from 'lucide-react';

import type { graphql } from '../../graphql/graphql.ts';
import { Badge, type BadgeTone } from './badge.tsx';

type Reason = ReturnType<typeof graphql.scalar<'WebhookDisabledReason'>>;

export interface WebhookStateProps {
  isActive: boolean;
  disabledReason: Reason | null;
  circuitOpenedAt: string | null;
  isPaused: boolean;
}

const OFF: Record<Reason, { tone: BadgeTone; icon: LucideIcon; words: string }> = {
  MANUAL: { tone: 'neutral', icon: PowerOff, words: 'Off · by hand' },
  GONE: { tone: 'failed', icon: Unplug, words: 'Off · 410 Gone' },
  FAILING: { tone: 'failed', icon: TriangleAlert, words: 'Off · failing' },
};

/** Whether events go to a webhook, and if not, why: by icon and word. */
export function WebhookState(props: WebhookStateProps) {
  const { isActive, disabledReason, circuitOpenedAt, isPaused } = props;
  if (isActive && isPaused) {
    return (
      <Badge tone="retrying" icon={CirclePause}>
        On · paused
      </Badge>
    );
  }
  if (isActive && circuitOpenedAt !== null) {
    return (
      <Badge tone="retrying" icon={Hourglass}>
        On · held after failures
      </Badge>
    );
  }
  if (isActive) {
    return (
      <Badge tone="success" icon={CircleCheck}>
        On
      </Badge>
    );
  }
  const { tone, icon, words } = OFF[disabledReason ?? 'MANUAL'];
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}
