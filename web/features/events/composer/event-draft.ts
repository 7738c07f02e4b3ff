import type { HistoryState } from '@tanstack/react-router';

/** An event to begin the composer with. It travels in the history's state: an address is no place for payloads. */
export interface EventDraft {
  type: string;
  /** As JSON text. */
  payload: string;
  /** The key of the customer that it is for. */
  customer: string | null;
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    eventDraft?: EventDraft;
  }
}

/** The draft that a page was opened with; null where there is none. */
export function eventDraftOf(state: HistoryState): EventDraft | null {
  // What the browser gives back may have been put there by another version of the app.
  const draft: unknown = state.eventDraft;
  if (typeof draft !== 'object' || draft === null) return null;
  if (!('type' in draft) || !('payload' in draft)) return null;
  const { type, payload } = draft;
  const customer =
    'customer' in draft && typeof draft.customer === 'string' ? draft.customer : null;
  return typeof type === 'string' && typeof payload === 'string'
    ? { type, payload, customer }
    : null;
}
