import { useBlocker } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';

import { Button } from '../form/button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Dialog } from './dialog.tsx';

export interface ShownOnceDialogProps {
  title: string;
  /** What it shows: `secret`. */
  what: string;
  /** What it means to have lost it. */
  ifLost: string;
  onClose: () => void;
  children: ReactNode;
}

/** Something at the only moment it can be seen. It is not left by accident. */
export function ShownOnceDialog(props: ShownOnceDialogProps) {
  const { title, what, ifLost, onClose, children } = props;
  const [isLeaving, setIsLeaving] = useState(false);
  // Once it is stored, leaving loses nothing.
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => true,
    enableBeforeUnload: true,
    withResolver: true,
  });
  const isStored = `I have stored the ${what}`;

  return (
    <>
      <Dialog
        open
        size="lg"
        onOpenChange={() => setIsLeaving(true)}
        title={title}
        footer={
          <Button variant="primary" onClick={onClose}>
            {isStored}
          </Button>
        }
      >
        {children}
      </Dialog>
      <ConfirmDialog
        open={isLeaving || status === 'blocked'}
        onOpenChange={(open) => {
          if (open) return;
          setIsLeaving(false);
          reset?.();
        }}
        tone="primary"
        title={`Have you stored the ${what}?`}
        confirmLabel={isStored}
        onConfirm={() => {
          if (proceed === undefined) onClose();
          else proceed();
        }}
      >
        {`It cannot be shown again. ${ifLost}`}
      </ConfirmDialog>
    </>
  );
}
