DROP INDEX "Webhook_open_circuit_idx";

ALTER TABLE "Webhook" DROP COLUMN "circuitOpenedAt",
DROP COLUMN "failingSince",
DROP COLUMN "failuresInRow",
DROP COLUMN "nextProbeAt";
