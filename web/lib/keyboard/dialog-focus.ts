import { useRef } from 'react';

interface DialogFocus {
  onOpenAutoFocus: (event: Event) => void;
  onCloseAutoFocus: (event: Event) => void;
}

/**
 * Where the focus goes when a dialog opens (its first field, if it has one) and closes (what it was
 * opened from). Radix does the second only for dialogs that know their trigger; ours are opened by
 * state.
 */
export function useDialogFocus(): DialogFocus {
  const opener = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      const focused = document.activeElement;
      opener.current = focused instanceof HTMLElement ? focused : null;
      const { target } = event;
      if (!(target instanceof HTMLElement)) return;
      const field = target.querySelector('input:not([type="hidden"]), textarea, [role="combobox"]');
      if (!(field instanceof HTMLElement)) return;
      event.preventDefault();
      field.focus();
    },
    onCloseAutoFocus: (event) => {
      if (opener.current?.isConnected !== true) return;
      event.preventDefault();
      opener.current.focus();
    },
  };
}
