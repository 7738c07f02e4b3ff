-- Schemas are lost, and what is on record of events that did not fit theirs.
ALTER TABLE "EventType" DROP COLUMN "schema", DROP COLUMN "schemaHash", DROP COLUMN "validation";
ALTER TABLE "Event" DROP COLUMN "violations";
DROP TYPE "PayloadValidation";
