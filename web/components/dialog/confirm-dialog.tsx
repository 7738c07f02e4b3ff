import { AlertDialog } from 'radix-ui';
import { useState, type FormEvent, type ReactNode } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { useDialogFocus } from '../../lib/keyboard/dialog-focus.ts';
import { Button } from '../form/button.tsx';
import { DIALOG_CLASSES, DIALOG_WIDTHS, OVERLAY_CLASSES } from './dialog-look.ts';
import { DialogFooter } from './dialog.tsx';
import { Field } from '../form/field.tsx';
import { TextInput } from '../form/text-input.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and what can't be undone. */
  children: ReactNode;
  confirmLabel: string;
  tone?: 'danger' | 'primary' | undefined;
  /** Does it, and closes the dialog when it is done; the button is busy for as long. */
  onConfirm: () => Promise<void> | void;
  /** Has to be typed before it can be confirmed. */
  typeToConfirm?: string | undefined;
  isBusy?: boolean | undefined;
  error?: string | null | undefined;
}

/** Asks once more before what can't be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title } = props;
  const focus = useDialogFocus();
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY_CLASSES} />
        <AlertDialog.Content {...focus} className={classNames(DIALOG_CLASSES, DIALOG_WIDTHS.sm)}>
          <AlertDialog.Title className="px-5 pt-5 text-lg font-semibold wrap-anywhere">
            {title}
          </AlertDialog.Title>
          <ConfirmForm {...props} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Mounted with the open dialog, so that what was typed is gone the next time. */
function ConfirmForm(props: ConfirmDialogProps) {
  const { children, confirmLabel, tone = 'danger', onConfirm, typeToConfirm, error } = props;
  const [typed, setTyped] = useState('');
  const [isRunning, setIsRunning] = useState(false);
  const isBusy = props.isBusy === true || isRunning;
  const isTyped = typeToConfirm === undefined || typed.trim() === typeToConfirm.trim();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    if (!isTyped || isBusy) return;
    setIsRunning(true);
    try {
      await onConfirm();
    } finally {
      setIsRunning(false);
    }
  }

  return (
    <form noValidate onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 pt-2 pb-5">
        <AlertDialog.Description asChild>
          <div className="text-base text-muted">{children}</div>
        </AlertDialog.Description>
        {typeToConfirm !== undefined && (
          <Field
            label={
              <>
                Type <strong className="font-semibold wrap-anywhere">{typeToConfirm}</strong> to
                confirm
              </>
            }
          >
            {(ids) => (
              <TextInput
                {...ids}
                value={typed}
                autoCapitalize="none"
                spellCheck={false}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        {error !== undefined && error !== null && (
          <p role="alert" className="text-sm text-failed">
            {error}
          </p>
        )}
      </div>
      <DialogFooter>
        <AlertDialog.Cancel asChild>
          <Button variant="secondary">Cancel</Button>
        </AlertDialog.Cancel>
        <Button type="submit" variant={tone} disabled={!isTyped} isBusy={isBusy}>
          {confirmLabel}
        </Button>
      </DialogFooter>
    </form>
  );
}
