-- Filters are lost: a webhook that has one would get what it does not want, so it is switched off first.
UPDATE "Webhook" SET "isActive" = false, "disabledAt" = now(), "disabledReason" = 'MANUAL', "revision" = "revision" + 1
WHERE "filterId" IS NOT NULL AND "isActive";
DROP FUNCTION filterable_body(text);

-- AlterTable
ALTER TABLE "public"."Webhook" DROP COLUMN "filterId";

-- AlterTable
ALTER TABLE "public"."Event" DROP COLUMN "filteredBy",
DROP COLUMN "inactive";

-- DropTable
DROP TABLE "public"."WebhookFilter";
