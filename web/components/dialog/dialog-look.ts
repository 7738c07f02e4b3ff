export type DialogSize = 'sm' | 'md' | 'lg';

/** What lies under a dialog. */
export const OVERLAY_CLASSES = 'fixed inset-0 z-40 bg-overlay motion-safe:animate-fade-in';

/** A dialog's place and ground: in the middle, and on a phone a full-width sheet at the bottom. */
export const DIALOG_CLASSES =
  'fixed z-50 flex flex-col bg-raised text-ink shadow-pop outline-none ' +
  'inset-x-0 bottom-0 max-h-[92dvh] rounded-t-xl border-t border-line ' +
  'sm:inset-x-auto sm:bottom-auto sm:top-1/2 sm:left-1/2 sm:max-h-[86dvh] sm:-translate-x-1/2 ' +
  'sm:-translate-y-1/2 sm:rounded-xl sm:border motion-safe:animate-fade-in';

export const DIALOG_WIDTHS: Record<DialogSize, string> = {
  sm: 'sm:w-[min(26rem,calc(100vw-2rem))]',
  md: 'sm:w-[min(34rem,calc(100vw-2rem))]',
  lg: 'sm:w-[min(48rem,calc(100vw-2rem))]',
};
