import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { FormEvent, ReactNode } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { useDialogFocus } from '../../lib/keyboard/dialog-focus.ts';
import { DIALOG_CLASSES, DIALOG_WIDTHS, OVERLAY_CLASSES, type DialogSize } from './dialog-look.ts';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** The buttons; the main one last. */
  footer?: ReactNode;
  size?: DialogSize | undefined;
  /** Makes body and footer one form, so that the footer's `type="submit"` button submits it. */
  onSubmit?: (() => void) | undefined;
}

/** A modal; on a phone a sheet from the bottom. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, children, footer, size = 'md' } = props;
  const focus = useDialogFocus();
  const hasDescription = description !== undefined && description !== null;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY_CLASSES} />
        <Radix.Content
          data-modal=""
          {...focus}
          className={classNames(DIALOG_CLASSES, DIALOG_WIDTHS[size])}
          {...(hasDescription ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-3 border-b border-line py-3 pr-3 pl-5">
            <div className="min-w-0 flex-1 py-1">
              <Radix.Title className="text-lg font-semibold wrap-anywhere">{title}</Radix.Title>
              {hasDescription && (
                <Radix.Description className="mt-0.5 text-sm text-muted">
                  {description}
                </Radix.Description>
              )}
            </div>
            <Radix.Close
              aria-label="Close"
              className="flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
            >
              <X aria-hidden className="size-4" />
            </Radix.Close>
          </header>
          <DialogForm onSubmit={props.onSubmit}>
            <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
            {footer !== undefined && footer !== null && <DialogFooter>{footer}</DialogFooter>}
          </DialogForm>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function DialogForm({ onSubmit, children }: Pick<DialogProps, 'onSubmit' | 'children'>) {
  if (onSubmit === undefined) return children;
  function submit(event: FormEvent): void {
    event.preventDefault();
    // A portal's events go on to the React parent: a form around the dialog is not the one meant.
    event.stopPropagation();
    onSubmit?.();
  }
  return (
    <form noValidate onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      {children}
    </form>
  );
}

/** The row of a dialog's buttons. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-sm:pb-[calc(0.75rem+env(safe-area-inset-bottom))]">
      {children}
    </footer>
  );
}
