-- A webhook can be paused, and have a retry schedule of its own.
ALTER TABLE "Webhook" ADD COLUMN     "pausedAt" TIMESTAMPTZ(3),
ADD COLUMN     "pausedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "retryDelays" JSONB;

CREATE INDEX "Webhook_paused_idx" ON "Webhook"("tenantId", "id") WHERE (("deletedAt" IS NULL) AND ("pausedAt" IS NOT NULL));
