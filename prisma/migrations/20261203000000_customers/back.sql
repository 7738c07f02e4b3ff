-- What is the customers' goes with them: without them their webhooks would get everybody's events.
DELETE FROM "DeliveryAttempt" a USING "Delivery" d WHERE d."id" = a."deliveryId"
  AND d."customerId" <> '00000000-0000-0000-0000-000000000000';
DELETE FROM "Delivery" WHERE "customerId" <> '00000000-0000-0000-0000-000000000000';
DELETE FROM "Event" WHERE "customerId" <> '00000000-0000-0000-0000-000000000000';
DELETE FROM "EventSubscription" WHERE "customerId" <> '00000000-0000-0000-0000-000000000000';
DELETE FROM "DeliveryRollup" r WHERE EXISTS (SELECT FROM "Customer" c WHERE c."id" = r."webhookId");
DELETE FROM "Webhook" WHERE "customerId" <> '00000000-0000-0000-0000-000000000000';

-- DropIndex
DROP INDEX "public"."Webhook_tenantId_customerId_id_idx";

-- DropIndex
DROP INDEX "public"."EventSubscription_tenantId_eventType_customerId_webhookId_idx";

-- DropIndex
DROP INDEX "public"."Event_customer_idx";

-- DropIndex
DROP INDEX "public"."Event_tenantId_eventId_customerId_key";

-- DropIndex
DROP INDEX "public"."DeliveryRollup_failed_idx";

-- DropIndex
DROP INDEX "public"."Delivery_customer_idx";

-- AlterTable
ALTER TABLE "public"."Webhook" DROP COLUMN "customerId";

-- AlterTable
ALTER TABLE "public"."EventSubscription" DROP COLUMN "customerId";

-- AlterTable
ALTER TABLE "public"."Event" DROP COLUMN "customerId";

-- AlterTable
ALTER TABLE "public"."Delivery" DROP COLUMN "customerId";

-- AlterTable
ALTER TABLE "public"."DeliveryRollupDelta" DROP COLUMN "customerId";

-- DropTable
DROP TABLE "public"."Customer";

-- CreateIndex
CREATE INDEX "EventSubscription_tenantId_eventType_webhookId_idx" ON "public"."EventSubscription"("tenantId" ASC, "eventType" ASC, "webhookId" ASC);

-- CreateIndex
CREATE UNIQUE INDEX "Event_tenantId_eventId_key" ON "public"."Event"("tenantId" ASC, "eventId" ASC);
