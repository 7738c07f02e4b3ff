/** Nobody: no key and no session. */
export const ROLES = ['ADMIN', 'OPERATOR', 'PUBLISHER', 'VIEWER', 'NOBODY'] as const;
export type Role = (typeof ROLES)[number];

const ADMINS: readonly Role[] = ['ADMIN'];
const WRITERS: readonly Role[] = ['ADMIN', 'OPERATOR'];
const PUBLISHERS: readonly Role[] = [...WRITERS, 'PUBLISHER'];
const READERS: readonly Role[] = [...WRITERS, 'VIEWER'];
const ALL: readonly Role[] = [...READERS, 'PUBLISHER'];

/** Who may ask for each field of Query, Mutation and Subscription. A new field is added here, or the tests fail. */
export const RIGHTS: Readonly<Record<string, readonly Role[]>> = {
  apiKeyCreate: ADMINS,
  apiKeyRevoke: ADMINS,
  apiKeys: ADMINS,
  customer: READERS,
  customerErase: WRITERS,
  customerUpsert: WRITERS,
  customers: READERS,
  deliveries: READERS,
  delivery: READERS,
  deliveryCount: READERS,
  deliveryRetry: WRITERS,
  deliverySignedRequest: WRITERS,
  deliveryUpdated: READERS,
  event: READERS,
  eventPreview: READERS,
  eventTrigger: PUBLISHERS,
  eventTriggerBatch: PUBLISHERS,
  eventType: ALL,
  eventTypeCreate: WRITERS,
  eventTypeDelete: WRITERS,
  eventTypeUpdate: WRITERS,
  eventTypes: ALL,
  eventTypesImport: WRITERS,
  events: READERS,
  filterPreview: READERS,
  installation: READERS,
  node: READERS,
  nodes: READERS,
  nodesByPart: READERS,
  recoveries: READERS,
  recovery: READERS,
  recoveryCancel: WRITERS,
  recoveryCreate: WRITERS,
  recoveryPreview: READERS,
  recoveryUpdated: READERS,
  schemaPreview: READERS,
  stats: READERS,
  statsUpdated: READERS,
  topFailingWebhooks: READERS,
  viewer: ALL,
  webhook: READERS,
  webhookCreate: WRITERS,
  webhookDelete: WRITERS,
  webhookPause: WRITERS,
  webhookResume: WRITERS,
  webhookSecretRotate: WRITERS,
  webhookSubscribe: WRITERS,
  webhookTest: WRITERS,
  webhookUnsubscribe: WRITERS,
  webhookUpdate: WRITERS,
  webhookUrlFault: WRITERS,
  webhooks: READERS,
};

/** What is refused within what a role may ask for. */
export const REFUSED_WITHIN: Readonly<Partial<Record<Role, readonly string[]>>> = {
  PUBLISHER: ['EventType.eventCount', 'EventType.webhookCount'],
};
