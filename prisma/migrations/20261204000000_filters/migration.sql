-- AlterTable
ALTER TABLE "Event" ADD COLUMN     "filteredBy" UUID[],
ADD COLUMN     "inactive" UUID[];

-- AlterTable
ALTER TABLE "Webhook" ADD COLUMN     "filterId" UUID;

-- CreateTable
CREATE TABLE "WebhookFilter" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "filter" TEXT NOT NULL,
    "path" jsonpath NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replacedAt" TIMESTAMPTZ(3),

    CONSTRAINT "WebhookFilter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "WebhookFilter_webhookId_idx" ON "WebhookFilter"("webhookId");

-- CreateIndex
CREATE INDEX "WebhookFilter_replaced_idx" ON "WebhookFilter"("replacedAt") WHERE ("replacedAt" IS NOT NULL);

-- A body as filters see it. jsonb has neither NUL nor half a surrogate pair in its texts: U+FFFD stands for them.
-- Bodies are ASCII, and escape in lower case; what stands behind an odd number of backslashes is no escape.
CREATE FUNCTION filterable_body(body text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN body ~ '[\\]u(?:0000|d[89a-f])'
  THEN regexp_replace(
    regexp_replace(
      regexp_replace(body, '(?<![\\])((?:[\\][\\])*)[\\]u0000', '\1\\ufffd', 'g'),
      '(?<![\\])((?:[\\][\\])*)[\\]ud[89ab][0-9a-f]{2}(?![\\]ud[c-f])', '\1\\ufffd', 'g'),
    '(?<![\\])((?:[\\][\\])*)(?<![\\]ud[89ab][0-9a-f]{2})[\\]ud[c-f][0-9a-f]{2}', '\1\\ufffd', 'g')::jsonb
  ELSE body::jsonb END;
