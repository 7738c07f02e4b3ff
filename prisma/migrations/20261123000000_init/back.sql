DROP FUNCTION "latency_bucket"(double precision);
DROP FUNCTION "uuid_v7_at"(timestamptz);
DROP TABLE "Tenant", "ApiKey", "Webhook", "EventSubscription", "Event", "Delivery", "DeliveryAttempt",
  "DeliveryChange", "DeliveryRollup", "DeliveryRollupDelta", "Worker";
DROP TYPE "Role";
DROP TYPE "WebhookDisabledReason";
DROP TYPE "DeliveryStatus";
DROP TYPE "DeliveryFailureReason";
DROP TYPE "AttemptErrorCode";
DROP TYPE "RollupLevel";
