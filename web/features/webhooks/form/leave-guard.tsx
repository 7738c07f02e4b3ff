import { useBlocker } from '@tanstack/react-router';

import { ConfirmDialog } from '../../../components/dialog/confirm-dialog.tsx';

/** Asks before a page is left on which something was typed that is not saved. */
export function LeaveGuard({ isOn }: { isOn: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isOn,
    enableBeforeUnload: isOn,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      open={status === 'blocked'}
      onOpenChange={(open) => {
        if (!open) reset?.();
      }}
      title="Leave without saving?"
      confirmLabel="Leave"
      onConfirm={() => proceed?.()}
    >
      What you have changed here is lost.
    </ConfirmDialog>
  );
}
