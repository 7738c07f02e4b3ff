-- Sums are folded in the order in which they came.
ALTER TABLE "DeliveryRollupDelta" DROP CONSTRAINT "DeliveryRollupDelta_pkey",
ADD CONSTRAINT "DeliveryRollupDelta_pkey" PRIMARY KEY ("id");

CREATE INDEX "DeliveryRollupDelta_tenantId_idx" ON "DeliveryRollupDelta"("tenantId");
