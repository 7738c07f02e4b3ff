import type { SealedPlace } from '../../domain/sealed-secret.ts';

/** Of a webhook's secret, the current one as those before, which keep the seal of their time. */
export const secretOf = (webhookId: string): SealedPlace => ({
  rowId: webhookId,
  column: 'Webhook.secret',
});

/** Of the value of one of its headers. */
export const headerOf = (webhookId: string, name: string): SealedPlace => ({
  rowId: webhookId,
  column: `Webhook.headers.${name.toLowerCase()}`,
});
