import { useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';

import { useToast } from '../components/overlay/toast.tsx';
import { faultMessage } from '../graphql/fault-message.ts';
import { CreateRecoveryMutation } from './recovery-mutations.ts';
import type { RecoveryInput } from './recovery-preview.tsx';

/** Begins recoveries, one after the other, and says so with the way to watch them; returns what went wrong. */
export function useStartRecovery() {
  const toast = useToast();
  const navigate = useNavigate();
  const [{ fetching }, create] = useMutation(CreateRecoveryMutation);

  async function start(inputs: readonly RecoveryInput[]): Promise<string | null> {
    const ids: string[] = [];
    let fault: string | null = null;
    for (const input of inputs) {
      const { data, error } = await create({ input });
      const { recovery = null, userErrors = [] } = data?.recoveryCreate ?? {};
      if (recovery !== null) ids.push(recovery.id);
      else fault = error === undefined ? (userErrors[0]?.message ?? null) : faultMessage(error);
      if (fault !== null) break;
    }
    const [id] = ids;
    if (id === undefined) return fault;
    toast.show({
      title: 'Recovery begun',
      // One that began goes on, whatever became of the next.
      ...(fault === null
        ? { tone: 'success' as const }
        : { tone: 'failed' as const, description: `Not all of it: ${fault}` }),
      action: {
        label: 'Watch',
        onSelect: () =>
          void navigate(
            ids.length > 1
              ? { to: '/recoveries' }
              : { to: '/recoveries/$recoveryId', params: { recoveryId: id } },
          ),
      },
    });
    return null;
  }
  return { isBusy: fetching, start };
}
