-- AlterTable
ALTER TABLE "Webhook" ADD COLUMN     "circuitOpenedAt" TIMESTAMPTZ(3),
ADD COLUMN     "failingSince" TIMESTAMPTZ(3),
ADD COLUMN     "failuresInRow" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "nextProbeAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "Webhook_open_circuit_idx" ON "Webhook"("id") WHERE ("circuitOpenedAt" IS NOT NULL);
