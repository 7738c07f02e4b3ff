import { useNavigate, useRouter } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useMutation } from 'urql';

import { Button } from '../components/form/button.tsx';
import { ConfirmDialog } from '../components/dialog/confirm-dialog.tsx';
import { Kbd } from '../components/kbd.tsx';
import { useToast } from '../components/overlay/toast.tsx';
import { Tooltip } from '../components/overlay/tooltip.tsx';
import { DeliveryRowFragment, type DeliveryRow } from '../live/delivery-row.ts';
import { faultMessage } from '../graphql/fault-message.ts';
import { graphql } from '../graphql/graphql.ts';
import { useShortcut } from '../lib/keyboard/shortcuts.ts';
import { useSession } from '../session/session.tsx';

/** What has to be known of a delivery to offer its retry; with the rest, the question names it. */
export interface RetryableDelivery extends Pick<DeliveryRow, 'id' | 'status'> {
  readonly event?: { readonly type: string };
  readonly webhook?: { readonly name: string };
  /** It is due, and its webhook's open circuit holds it back: it can be sent all the same. */
  readonly isHeld?: boolean;
}

export interface RetryOptions {
  /** Told the delivery as it stands after the retry. */
  onRetried?: ((delivery: DeliveryRow) => void) | undefined;
}

export interface RetryDelivery {
  /** Asks once more, then sends it again. Nothing for who may not, or while it is on its way. */
  ask(delivery: RetryableDelivery): void;
  /** To be placed once where this is used. */
  readonly dialog: ReactNode;
}

const retryDocument = graphql(
  `
    mutation RetryDelivery($input: DeliveryRetryInput!) {
      deliveryRetry(input: $input) {
        delivery {
          ...DeliveryRow
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [DeliveryRowFragment],
);

/** Why a delivery cannot be retried now; null where it can. */
export function retryObstacle(
  delivery: Pick<RetryableDelivery, 'status' | 'isHeld'>,
): string | null {
  if (delivery.status === 'PENDING') {
    return delivery.isHeld === true ? null : 'It is queued already';
  }
  return delivery.status === 'SENDING' ? 'It is being sent right now' : null;
}

/** Sending a delivery again, for a button or a key: the question, the mutation and the toast. */
export function useRetryDelivery({ onRetried }: RetryOptions = {}): RetryDelivery {
  const { mayWrite } = useSession();
  const toast = useToast();
  const open = useOpenDelivery();
  const [, retry] = useMutation(retryDocument);
  const [asked, setAsked] = useState<{ delivery: RetryableDelivery; isOpen: boolean } | null>(null);
  const [fault, setFault] = useState<string | null>(null);

  async function send(id: string): Promise<void> {
    setFault(null);
    const { data, error } = await retry({ input: { id } });
    const delivery = data?.deliveryRetry.delivery ?? null;
    if (delivery === null) {
      const told = data?.deliveryRetry.userErrors.map(({ message }) => message) ?? [];
      setFault(error === undefined ? told.join(' ') : faultMessage(error));
      return;
    }
    setAsked((before) => before && { ...before, isOpen: false });
    toast.show({
      title: asked?.delivery.isHeld === true ? 'Sent now' : 'Sent again',
      description: `${delivery.event.type} to ${delivery.webhook.name}`,
      tone: 'success',
      ...(isShown(id) ? {} : { action: { label: 'Open', onSelect: () => open(id) } }),
    });
    onRetried?.(delivery);
  }

  const dialog = asked !== null && (
    <ConfirmDialog
      open={asked.isOpen}
      onOpenChange={(isOpen) => setAsked({ ...asked, isOpen })}
      title={questionOf(asked.delivery)}
      confirmLabel={actionOf(asked.delivery)}
      tone="primary"
      error={fault}
      onConfirm={() => send(asked.delivery.id)}
    >
      {asked.delivery.status === 'PENDING' ? (
        <p>This one goes out at once; the webhook’s other deliveries stay held back.</p>
      ) : (
        <>
          <p>A new attempt starts at once, with a full run of further ones if it fails.</p>
          <p className="mt-2">
            A receiver that has taken it already gets a duplicate, under the same{' '}
            <code className="font-mono text-sm text-ink">webhook-id</code>: it should know it by
            that id and drop it.
          </p>
        </>
      )}
    </ConfirmDialog>
  );

  return {
    ask(delivery) {
      if (!mayWrite || retryObstacle(delivery) !== null) return;
      setFault(null);
      setAsked({ delivery, isOpen: true });
    },
    dialog,
  };
}

function actionOf({ isHeld }: RetryableDelivery): string {
  return isHeld === true ? 'Send now' : 'Retry';
}

function questionOf(delivery: RetryableDelivery): string {
  const { event, webhook, isHeld } = delivery;
  if (event === undefined || webhook === undefined) return 'Retry this delivery?';
  const what = `${event.type} to ${webhook.name}`;
  return isHeld === true ? `Send ${what} now?` : `Retry ${what}?`;
}

/** Whether the delivery's pane is open. */
const isShown = (id: string) => location.pathname.endsWith(`/${id}`);

/** Opens a delivery's pane; over the list as it is filtered, where that is on the screen. */
function useOpenDelivery(): (id: string) => void {
  const router = useRouter();
  const navigate = useNavigate();
  return (id) => {
    const isList = router.matchRoute({ to: '/deliveries' }, { fuzzy: true }) !== false;
    void navigate({
      to: '/deliveries/$deliveryId',
      params: { deliveryId: id },
      ...(isList && { search: true }),
    });
  };
}

export interface RetryButtonProps extends RetryOptions {
  delivery: RetryableDelivery;
  /** Why it would be refused, where that is known, e.g. "Its webhook is off". */
  obstacle?: string | null | undefined;
  /** See {@link RetryableDelivery}. */
  isHeld?: boolean | undefined;
  /** Whether the `r` key presses it. */
  hasShortcut?: boolean | undefined;
}

/** Sends the delivery again, after a word on duplicates. Nothing for those who may only read. */
export function RetryButton(props: RetryButtonProps) {
  const { obstacle, isHeld = false, hasShortcut, onRetried } = props;
  const delivery = { ...props.delivery, isHeld };
  const { mayWrite } = useSession();
  const retry = useRetryDelivery({ onRetried });
  const why = retryObstacle(delivery) ?? obstacle ?? null;
  const canRetry = mayWrite && why === null;
  useShortcut(
    { keys: 'r', label: 'Retry the delivery', group: 'Delivery' },
    () => retry.ask(delivery),
    hasShortcut === true && canRetry,
  );
  if (!mayWrite) return null;
  return (
    <>
      <Tooltip content={why ?? <ShortcutHint isShown={hasShortcut === true} />}>
        {/* Not `disabled`, which would keep pointer and focus from the tooltip that says why. */}
        <Button
          size="sm"
          icon={RotateCw}
          aria-disabled={!canRetry}
          className={canRetry ? '' : 'opacity-50'}
          onClick={() => {
            if (canRetry) retry.ask(delivery);
          }}
        >
          {actionOf(delivery)}
        </Button>
      </Tooltip>
      {retry.dialog}
    </>
  );
}

function ShortcutHint({ isShown }: { isShown: boolean }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      Send it again {isShown && <Kbd className="border-muted bg-transparent text-canvas">r</Kbd>}
    </span>
  );
}
