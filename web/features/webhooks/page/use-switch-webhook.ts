import { useMutation } from 'urql';

import { useToast } from '../../../components/overlay/toast.tsx';
import { faultMessage } from '../../../graphql/fault-message.ts';
import { UpdateWebhookMutation } from '../webhook-mutations.ts';

/** Switches a webhook on or off, and says in a toast how that went. */
export function useSwitchWebhook(id: string) {
  const toast = useToast();
  const [{ fetching }, update] = useMutation(UpdateWebhookMutation);

  async function switchTo(isActive: boolean): Promise<void> {
    const { data, error } = await update({ input: { id, isActive } });
    const fault =
      error === undefined ? data?.webhookUpdate.userErrors[0]?.message : faultMessage(error);
    const direction = isActive ? 'on' : 'off';
    toast.show(
      fault === undefined
        ? { title: `Webhook switched ${direction}`, tone: 'success' }
        : { title: `Not switched ${direction}`, description: fault, tone: 'failed' },
    );
  }

  return { isBusy: fetching, switchTo };
}
