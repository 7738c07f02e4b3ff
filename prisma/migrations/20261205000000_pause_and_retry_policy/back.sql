-- Paused webhooks go on at once, and all keep to the installation's schedule.
DROP INDEX "Webhook_paused_idx";

ALTER TABLE "Webhook" DROP COLUMN "pausedAt",
DROP COLUMN "pausedUntil",
DROP COLUMN "retryDelays";

-- What was sent by hand past a pause is due by the calendar again.
UPDATE "Delivery" SET "nextAttemptAt" = now() WHERE status IN ('PENDING', 'RETRYING') AND "nextAttemptAt" < now() - interval '100 years';
