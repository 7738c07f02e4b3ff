import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';

import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SecretBox } from '../../components/secret-box.tsx';
import { HowToVerify } from './how-to-verify.tsx';

export interface SecretDialogProps {
  /** `Webhook created`. */
  title: string;
  /** What holds for this secret from now on. */
  note?: string | undefined;
  secret: string;
  onClose: () => void;
}

/** A secret at the only moment it can be seen. It is not left by accident. */
export function SecretDialog({ title, note, secret, onClose }: SecretDialogProps) {
  const [isLeaving, setIsLeaving] = useState(false);
  // Once it is stored, leaving loses nothing.
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => true,
    enableBeforeUnload: true,
    withResolver: true,
  });

  return (
    <>
      <Dialog
        open
        size="lg"
        onOpenChange={() => setIsLeaving(true)}
        title={title}
        footer={
          <Button variant="primary" onClick={onClose}>
            I have stored the secret
          </Button>
        }
      >
        <div className="flex flex-col gap-5">
          <SecretBox label="Signing secret" value={secret} note={note} />
          <section className="flex flex-col gap-2">
            <h3 className="font-semibold">How to verify</h3>
            <HowToVerify />
          </section>
        </div>
      </Dialog>
      <ConfirmDialog
        open={isLeaving || status === 'blocked'}
        onOpenChange={(open) => {
          if (open) return;
          setIsLeaving(false);
          reset?.();
        }}
        tone="primary"
        title="Have you stored the secret?"
        confirmLabel="I have stored the secret"
        onConfirm={() => {
          if (proceed === undefined) onClose();
          else proceed();
        }}
      >
        It cannot be shown again. If it is lost, a new one has to be made and given to the receiver.
      </ConfirmDialog>
    </>
  );
}
