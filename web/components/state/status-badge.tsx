import {
  CircleCheck,
  CircleDashed,
  CircleX,
  Hourglass,
  RotateCw,
  Send,
  type LucideIcon,
} from 'lucide-react';

import type { DeliveryHold } from '../../graphql/delivery-hold.ts';
import type { graphql } from '../../graphql/graphql.ts';
import { classNames } from '../../lib/class-names.ts';

export type DeliveryStatus = ReturnType<typeof graphql.scalar<'DeliveryStatus'>>;

export const STATUS_LABELS: Record<DeliveryStatus, string> = {
  PENDING: 'Pending',
  SENDING: 'Sending',
  SUCCESS: 'Success',
  FAILED: 'Failed',
  RETRYING: 'Retrying',
};

export const statusIcon: Record<DeliveryStatus, LucideIcon> = {
  PENDING: CircleDashed,
  SENDING: Send,
  SUCCESS: CircleCheck,
  FAILED: CircleX,
  RETRYING: RotateCw,
};

const COLOURS: Record<DeliveryStatus, string> = {
  PENDING: 'bg-pending-soft text-pending',
  SENDING: 'bg-sending-soft text-sending',
  SUCCESS: 'bg-success-soft text-success',
  FAILED: 'bg-failed-soft text-failed',
  RETRYING: 'bg-retrying-soft text-retrying',
};

const WHY_HELD: Record<DeliveryHold, string> = {
  PAUSED: 'Held back: its webhook is paused',
  CIRCUIT_OPEN: 'Held back: every attempt to its webhook fails',
  RATE_LIMITED: 'Held back: its webhook’s rate limit is used up',
  ORDER: 'Waits for an earlier one of its orderingKey',
};

export interface StatusBadgeProps {
  status: DeliveryStatus;
  /** What holds it back although it is due. */
  heldBy?: DeliveryHold | null | undefined;
  size?: 'sm' | 'md' | undefined;
}

/** A delivery's status as icon and word. All are as wide as the widest: changes shift nothing. */
export function StatusBadge({ status, heldBy = null, size = 'sm' }: StatusBadgeProps) {
  const isHeld = heldBy !== null;
  const Icon = isHeld ? Hourglass : statusIcon[status];
  return (
    <span
      title={isHeld ? WHY_HELD[heldBy] : undefined}
      className={classNames(
        'inline-flex shrink-0 items-center gap-1.5 rounded-full font-medium whitespace-nowrap',
        size === 'sm' ? 'h-5.5 w-22 px-2 text-xs' : 'h-7 w-25 px-2.5 text-sm',
        isHeld ? COLOURS.RETRYING : COLOURS[status],
      )}
    >
      <Icon aria-hidden className={classNames('shrink-0', size === 'sm' ? 'size-3.5' : 'size-4')} />
      {isHeld ? 'Held' : STATUS_LABELS[status]}
    </span>
  );
}
