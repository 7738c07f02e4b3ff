-- A webhook can have a limit of attempts in any window of time.
ALTER TABLE "Webhook" ADD COLUMN     "rateAttempts" INTEGER,
ADD COLUMN     "ratePerSeconds" INTEGER;

CREATE INDEX "Webhook_limited_idx" ON "Webhook"("tenantId", "id") WHERE (("deletedAt" IS NULL) AND ("rateAttempts" IS NOT NULL));

CREATE TABLE "RateWindow" (
    "webhookId" UUID NOT NULL,
    "times" TIMESTAMPTZ(6)[] DEFAULT ARRAY[]::TIMESTAMPTZ(6)[],
    "counts" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "paceAt" TIMESTAMPTZ(6),
    "fullUntil" TIMESTAMPTZ(3),

    CONSTRAINT "RateWindow_pkey" PRIMARY KEY ("webhookId")
);
