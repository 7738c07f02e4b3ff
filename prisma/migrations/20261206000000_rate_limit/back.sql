-- Every webhook gets its deliveries as fast as they can go.
DROP TABLE "RateWindow";

DROP INDEX "Webhook_limited_idx";

ALTER TABLE "Webhook" DROP COLUMN "rateAttempts",
DROP COLUMN "ratePerSeconds";
