-- DropIndex
DROP INDEX "Event_tenantId_eventId_key";

-- DropIndex
DROP INDEX "EventSubscription_tenantId_eventType_webhookId_idx";

-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "customerId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- AlterTable
ALTER TABLE "DeliveryRollupDelta" ADD COLUMN     "customerId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- AlterTable
ALTER TABLE "Event" ADD COLUMN     "customerId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- AlterTable
ALTER TABLE "EventSubscription" ADD COLUMN     "customerId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- AlterTable
ALTER TABLE "Webhook" ADD COLUMN     "customerId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- CreateTable
CREATE TABLE "Customer" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "key" TEXT,
    "name" TEXT NOT NULL,
    "metadata" TEXT NOT NULL DEFAULT '{}',
    "searchText" TEXT NOT NULL,
    "grams" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "erasedAt" TIMESTAMPTZ(3),
    "erasedXid" BIGINT,

    CONSTRAINT "Customer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Customer_kept_idx" ON "Customer"("tenantId", "id") WHERE ("erasedAt" IS NULL);

-- CreateIndex
CREATE INDEX "Customer_grams_idx" ON "Customer" USING GIN ("grams");

-- CreateIndex
CREATE INDEX "Customer_erased_idx" ON "Customer"("id") WHERE ("erasedAt" IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "Customer_tenantId_key_key" ON "Customer"("tenantId", "key");

-- CreateIndex
CREATE INDEX "Delivery_customer_idx" ON "Delivery"("customerId", "status", "id") WHERE ("customerId" <> '00000000-0000-0000-0000-000000000000'::uuid);

-- CreateIndex
CREATE INDEX "DeliveryRollup_failed_idx" ON "DeliveryRollup"("tenantId", "level", "start") WHERE (failed > 0);

-- CreateIndex
CREATE INDEX "Event_customer_idx" ON "Event"("customerId", "id") WHERE ("customerId" <> '00000000-0000-0000-0000-000000000000'::uuid);

-- CreateIndex
CREATE UNIQUE INDEX "Event_tenantId_eventId_customerId_key" ON "Event"("tenantId", "eventId", "customerId");

-- CreateIndex
CREATE INDEX "EventSubscription_tenantId_eventType_customerId_webhookId_idx" ON "EventSubscription"("tenantId", "eventType", "customerId", "webhookId");

-- CreateIndex
CREATE INDEX "Webhook_tenantId_customerId_id_idx" ON "Webhook"("tenantId", "customerId", "id");
