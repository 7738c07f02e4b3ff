import type { CombinedError } from 'urql';

import { useToast } from './toast.tsx';
import { faultMessage } from '../../graphql/fault-message.ts';

interface Outcome {
  error: CombinedError | undefined;
  userErrors: readonly { readonly message: string }[] | undefined;
  /** The toasts' titles. */
  done: string;
  notDone: string;
}

/** Says in a toast whether a change was made, or why not; returns whether it was. */
export function useTellOutcome(): (outcome: Outcome) => boolean {
  const toast = useToast();
  return ({ error, userErrors, done, notDone }) => {
    const fault = error === undefined ? userErrors?.[0]?.message : faultMessage(error);
    toast.show(
      fault === undefined
        ? { title: done, tone: 'success' }
        : { title: notDone, description: fault, tone: 'failed' },
    );
    return fault === undefined;
  };
}
