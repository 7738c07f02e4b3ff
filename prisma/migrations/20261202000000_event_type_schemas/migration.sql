-- CreateEnum
CREATE TYPE "PayloadValidation" AS ENUM ('NONE', 'WARN', 'REJECT');

-- AlterTable
ALTER TABLE "Event" ADD COLUMN "violations" TEXT;

-- AlterTable
ALTER TABLE "EventType" ADD COLUMN "schema" TEXT,
ADD COLUMN "schemaHash" TEXT,
ADD COLUMN "validation" "PayloadValidation" NOT NULL DEFAULT 'NONE';
