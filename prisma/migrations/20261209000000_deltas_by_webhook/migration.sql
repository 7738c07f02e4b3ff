-- Sums are folded by webhook, and one index is enough for it.
ALTER TABLE "DeliveryRollupDelta" DROP CONSTRAINT "DeliveryRollupDelta_pkey",
ADD CONSTRAINT "DeliveryRollupDelta_pkey" PRIMARY KEY ("tenantId", "webhookId", "id");

DROP INDEX "DeliveryRollupDelta_tenantId_idx";
