import type { Claim, Room } from '../deliveries/changes/claim.ts';

/** Those of the webhooks of which a claim took nothing. */
export function untaken(webhookIds: readonly string[], { changed }: Claim): string[] {
  const taken = new Set(changed.map(({ webhookId }) => webhookId));
  return webhookIds.filter((id) => !taken.has(id));
}

/** The webhooks whose room a claim filled: they may have more. */
export function filled(wanted: readonly Room[], { changed }: Claim): string[] {
  const taken = new Map<string, number>();
  for (const { webhookId } of changed) taken.set(webhookId, (taken.get(webhookId) ?? 0) + 1);
  return wanted
    .filter(({ webhookId, room }) => (taken.get(webhookId) ?? 0) >= room)
    .map(({ webhookId }) => webhookId);
}
