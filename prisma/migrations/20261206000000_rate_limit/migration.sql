-- A webhook can have a limit of attempts in any window of time.
ALTER TABLE "Webhook" ADD COLUMN     "rateAttempts" INTEGER,
ADD COLUMN     "ratePerSeconds" INTEGER;

CREATE TABLE "RateWindow" (
    "webhookId" UUID NOT NULL,
    "times" TIMESTAMPTZ(6)[] DEFAULT ARRAY[]::TIMESTAMPTZ(6)[],
    "counts" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "fullUntil" TIMESTAMPTZ(3),

    CONSTRAINT "RateWindow_pkey" PRIMARY KEY ("webhookId")
);

ALTER TABLE "RateWindow" ADD CONSTRAINT "RateWindow_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;
