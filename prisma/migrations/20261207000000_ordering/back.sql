-- What waits for an earlier one of its key goes at once.
UPDATE "Delivery" SET "nextAttemptAt" = now(), "orderingKey" = NULL
WHERE "orderingKey" IS NOT NULL AND status IN ('PENDING', 'RETRYING') AND "nextAttemptAt" IS NULL;

DROP INDEX "Delivery_turn_idx";

DROP INDEX "Delivery_order_idx";

DROP SEQUENCE "DeliveryOrder_seq";

ALTER TABLE "Delivery" DROP COLUMN "orderingKey",
DROP COLUMN "orderingSeq";

ALTER TABLE "Event" DROP COLUMN "orderingKey";

ALTER TABLE "Webhook" DROP COLUMN "ordering";

DROP TYPE "WebhookOrdering";
