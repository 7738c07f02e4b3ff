-- Every webhook gets its deliveries as fast as they can go.
DROP TABLE "RateWindow";

ALTER TABLE "Webhook" DROP COLUMN "rateAttempts",
DROP COLUMN "ratePerSeconds";
