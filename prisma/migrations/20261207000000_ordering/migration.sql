-- A webhook can keep the order of events with the same key.
CREATE TYPE "WebhookOrdering" AS ENUM ('NONE', 'KEY');

ALTER TABLE "Webhook" ADD COLUMN     "ordering" "WebhookOrdering" NOT NULL DEFAULT 'NONE';

ALTER TABLE "Event" ADD COLUMN     "orderingKey" TEXT;

ALTER TABLE "Delivery" ADD COLUMN     "orderingKey" TEXT,
ADD COLUMN     "orderingSeq" BIGINT;

CREATE SEQUENCE "DeliveryOrder_seq";

CREATE INDEX "Delivery_order_idx" ON "Delivery"("webhookId", "orderingKey", "orderingSeq") WHERE (("orderingKey" IS NOT NULL) AND (status = ANY (ARRAY['PENDING'::"DeliveryStatus", 'RETRYING'::"DeliveryStatus", 'SENDING'::"DeliveryStatus"])));

-- No two of the same key ever have their turn at once.
CREATE UNIQUE INDEX "Delivery_turn_idx" ON "Delivery"("webhookId", "orderingKey") WHERE (("orderingKey" IS NOT NULL) AND ((status = 'SENDING'::"DeliveryStatus") OR ("nextAttemptAt" IS NOT NULL)));
