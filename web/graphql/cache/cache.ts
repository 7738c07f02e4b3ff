import { cacheExchange, type Cache, type KeyingConfig } from '@urql/exchange-graphcache';

/** Objects without an id live in the object that names them. */
const embedded = () => null;

/** How objects without an `id` field are identified; all others by their global id. */
export const keys: KeyingConfig = {
  ApiKeyConnection: embedded,
  ApiKeyCreatePayload: embedded,
  ApiKeyEdge: embedded,
  ApiKeyRevokePayload: embedded,
  CustomerConnection: embedded,
  CustomerEdge: embedded,
  CustomerErasePayload: embedded,
  CustomerUpsertPayload: embedded,
  DeliveryConnection: embedded,
  DeliveryEdge: embedded,
  DeliveryRetryPayload: embedded,
  DeliveryStats: embedded,
  DeliveryUpdate: embedded,
  EventConnection: embedded,
  EventEdge: embedded,
  EventPreview: embedded,
  EventTriggerBatchPayload: embedded,
  EventTriggerPayload: embedded,
  EventTriggerResult: embedded,
  EventTypeCreatePayload: embedded,
  EventTypeDeletePayload: embedded,
  EventTypeUpdatePayload: embedded,
  EventTypesImportPayload: embedded,
  FanOutConnection: embedded,
  FanOutDecision: embedded,
  FanOutEdge: embedded,
  FilterPreview: embedded,
  Header: embedded,
  Installation: embedded,
  PageInfo: embedded,
  RateLimit: embedded,
  RecoveryCancelPayload: embedded,
  RecoveryConnection: embedded,
  RecoveryCreatePayload: embedded,
  RecoveryEdge: embedded,
  RecoveryPreview: embedded,
  RetryPolicy: embedded,
  SchemaMisfit: embedded,
  SchemaPreview: embedded,
  SchemaViolation: embedded,
  SignedRequest: embedded,
  TrendPoint: embedded,
  UserError: embedded,
  Viewer: embedded,
  WebhookConnection: embedded,
  WebhookCreatePayload: embedded,
  WebhookDeletePayload: embedded,
  WebhookEdge: embedded,
  WebhookPausePayload: embedded,
  WebhookResumePayload: embedded,
  WebhookSecretRotatePayload: embedded,
  WebhookSubscribePayload: embedded,
  WebhookTestPayload: embedded,
  WebhookUnsubscribePayload: embedded,
  WebhookUpdatePayload: embedded,
};

/** Lists of this field are read anew, whatever their filter and page. */
function forget(cache: Cache, ...fieldNames: string[]): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldNames.includes(fieldName)) cache.invalidate('Query', fieldKey);
  }
}

/** The cache that all views but live lists read from: objects by id, whoever asked for them. */
export function createCache() {
  return cacheExchange({
    keys,
    updates: {
      Mutation: {
        webhookCreate: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookUpdate: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookPause: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookResume: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookSubscribe: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookUnsubscribe: (_result, _args, cache) => forget(cache, 'webhooks'),
        webhookDelete({ webhookDelete }, _args, cache) {
          const id = deletedId(webhookDelete);
          if (id === null) return;
          cache.invalidate({ __typename: 'Webhook', id });
          forget(cache, 'webhooks', 'topFailingWebhooks');
        },
        recoveryCreate: (_result, _args, cache) => forget(cache, 'recoveries'),
        apiKeyCreate: (_result, _args, cache) => forget(cache, 'apiKeys'),
        eventTrigger: (_result, _args, cache) => forget(cache, 'events'),
        eventTriggerBatch: (_result, _args, cache) => forget(cache, 'events'),
        webhookTest: (_result, _args, cache) => forget(cache, 'events'),
      },
    },
  });
}

function deletedId(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const id = 'deletedWebhookId' in payload ? payload.deletedWebhookId : null;
  return typeof id === 'string' ? id : null;
}
