import { Link } from '@tanstack/react-router';
import {
  Ellipsis,
  History,
  KeyRound,
  Pause,
  Pencil,
  Power,
  PowerOff,
  Send,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';

import { Button, buttonClasses, IconButton } from '../../../components/form/button.tsx';
import { ConfirmDialog } from '../../../components/dialog/confirm-dialog.tsx';
import { Menu } from '../../../components/overlay/menu.tsx';
import { DeleteWebhook } from '../dialogs/delete-webhook.tsx';
import { PauseWebhook } from '../dialogs/pause-webhook.tsx';
import { RotateSecret } from '../dialogs/rotate-secret.tsx';
import { TestEventDialog } from '../dialogs/test-event-dialog.tsx';
import { useSwitchWebhook } from './use-switch-webhook.ts';
import type { WebhookDetails } from '../webhook-details.ts';

type Open = 'none' | 'test' | 'pause' | 'off' | 'rotate' | 'delete';

export interface WebhookActionsProps {
  webhook: WebhookDetails;
  /** Told as soon as it is gone, before the page is left. */
  onDeleted: () => void;
  /** What it missed, or what failed, is to be brought back. */
  onRecover: () => void;
}

/** What can be done with a webhook, for those who may. */
export function WebhookActions({ webhook, onDeleted, onRecover }: WebhookActionsProps) {
  const { id, isActive } = webhook;
  const [open, setOpen] = useState<Open>('none');
  const { switchTo } = useSwitchWebhook(id);
  const close = () => setOpen('none');
  const closeWhen = (isOpen: boolean) => {
    if (!isOpen) close();
  };
  return (
    <>
      <Button variant="primary" icon={Send} onClick={() => setOpen('test')}>
        Send test event
      </Button>
      <Link
        to="/webhooks/$webhookId/edit"
        params={{ webhookId: id }}
        className={buttonClasses({ variant: 'secondary' })}
      >
        <Pencil aria-hidden className="size-4" />
        Edit
      </Link>
      <Menu
        trigger={<IconButton icon={Ellipsis} label="More actions" variant="secondary" size="md" />}
        items={[
          ...(webhook.isPaused
            ? []
            : [{ label: 'Pause…', icon: Pause, onSelect: () => setOpen('pause') } as const]),
          ...(isActive
            ? [{ label: 'Recover since…', icon: History, onSelect: onRecover } as const]
            : []),
          isActive
            ? { label: 'Switch off…', icon: PowerOff, onSelect: () => setOpen('off') }
            : { label: 'Switch on', icon: Power, onSelect: () => void switchTo(true) },
          { label: 'Rotate secret…', icon: KeyRound, onSelect: () => setOpen('rotate') },
          'separator',
          { label: 'Delete…', icon: Trash2, tone: 'danger', onSelect: () => setOpen('delete') },
        ]}
      />
      <ConfirmDialog
        open={open === 'off'}
        onOpenChange={closeWhen}
        title={`Switch ${webhook.name} off?`}
        confirmLabel="Switch off"
        onConfirm={async () => {
          await switchTo(false);
          close();
        }}
      >
        Events triggered meanwhile are not sent to it, and deliveries that come due meanwhile end as
        failed. Pause it instead to keep them, or bring them back with “Recover since…” once it is
        on again. Tests still go to it.
      </ConfirmDialog>
      {open === 'test' && <TestEventDialog webhook={webhook} onClose={close} />}
      {open === 'pause' && <PauseWebhook webhook={webhook} onClose={close} />}
      {open === 'rotate' && <RotateSecret webhook={webhook} onClose={close} />}
      {open === 'delete' && (
        <DeleteWebhook webhook={webhook} onClose={close} onDeleted={onDeleted} />
      )}
    </>
  );
}
