import { useMutation } from 'urql';

import { useTellOutcome } from '../../../components/overlay/tell-outcome.ts';
import { UpdateWebhookMutation } from '../webhook-mutations.ts';

/** Switches a webhook on or off, and says in a toast how that went. */
export function useSwitchWebhook(id: string) {
  const tellOutcome = useTellOutcome();
  const [{ fetching }, update] = useMutation(UpdateWebhookMutation);

  /** Returns whether it was. */
  async function switchTo(isActive: boolean): Promise<boolean> {
    const { data, error } = await update({ input: { id, isActive } });
    const direction = isActive ? 'on' : 'off';
    return tellOutcome({
      error,
      userErrors: data?.webhookUpdate.userErrors,
      done: `Webhook switched ${direction}`,
      notDone: `Not switched ${direction}`,
    });
  }

  return { isBusy: fetching, switchTo };
}
