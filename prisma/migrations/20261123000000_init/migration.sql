-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('ADMIN', 'OPERATOR', 'PUBLISHER', 'VIEWER');

-- CreateEnum
CREATE TYPE "WebhookDisabledReason" AS ENUM ('MANUAL', 'GONE', 'FAILING');

-- CreateEnum
CREATE TYPE "DeliveryStatus" AS ENUM ('PENDING', 'SENDING', 'SUCCESS', 'FAILED', 'RETRYING');

-- CreateEnum
CREATE TYPE "DeliveryFailureReason" AS ENUM ('ATTEMPTS_EXHAUSTED', 'GONE', 'WEBHOOK_DELETED', 'WEBHOOK_INACTIVE');

-- CreateEnum
CREATE TYPE "AttemptErrorCode" AS ENUM ('HTTP_STATUS', 'TIMEOUT', 'DNS', 'CONNECTION', 'TLS', 'BLOCKED_ADDRESS', 'INVALID_RESPONSE');

-- CreateEnum
CREATE TYPE "RollupLevel" AS ENUM ('MINUTE', 'HOUR', 'DAY');

-- CreateTable
CREATE TABLE "Tenant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Webhook" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "url" TEXT NOT NULL,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "disabledAt" TIMESTAMPTZ(3),
    "disabledReason" "WebhookDisabledReason",
    "timeout" INTEGER,
    "headers" JSONB NOT NULL DEFAULT '[]',
    "secret" BYTEA NOT NULL,
    "secretHint" TEXT NOT NULL,
    "previousSecrets" JSONB NOT NULL DEFAULT '[]',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EventSubscription" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "eventType" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EventSubscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "webhooksNotified" INTEGER NOT NULL,
    "isTest" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "eventRef" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "eventType" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "isTest" BOOLEAN NOT NULL DEFAULT false,
    "status" "DeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "attemptCount" INTEGER NOT NULL DEFAULT 0,
    "attemptsMade" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "claimedBy" UUID,
    "claimToken" UUID,
    "lastStatusCode" INTEGER,
    "lastErrorCode" "AttemptErrorCode",
    "failureReason" "DeliveryFailureReason",
    "version" INTEGER NOT NULL DEFAULT 1,
    "changeXid" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeliveryAttempt" (
    "deliveryId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "tenantId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "durationMs" INTEGER NOT NULL,
    "requestHeaders" JSON NOT NULL,
    "responseStatusCode" INTEGER,
    "responseHeaders" JSON NOT NULL,
    "responseBody" TEXT,
    "responseBodyTruncated" BOOLEAN NOT NULL DEFAULT false,
    "errorCode" "AttemptErrorCode",
    "errorMessage" TEXT,

    CONSTRAINT "DeliveryAttempt_pkey" PRIMARY KEY ("deliveryId","number")
);

-- CreateTable
CREATE TABLE "DeliveryChange" (
    "tenantId" UUID NOT NULL,
    "xid" BIGINT NOT NULL,
    "deliveryId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "status" "DeliveryStatus" NOT NULL,
    "previousStatus" "DeliveryStatus",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DeliveryChange_pkey" PRIMARY KEY ("tenantId","xid","deliveryId","version")
);

-- CreateTable
CREATE TABLE "DeliveryRollup" (
    "tenantId" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "level" "RollupLevel" NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "total" INTEGER NOT NULL,
    "success" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "waiting" INTEGER NOT NULL,
    "latencies" INTEGER[],

    CONSTRAINT "DeliveryRollup_pkey" PRIMARY KEY ("tenantId","level","webhookId","start")
);

-- CreateTable
CREATE TABLE "DeliveryRollupDelta" (
    "id" BIGSERIAL NOT NULL,
    "tenantId" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "total" INTEGER NOT NULL,
    "success" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "waiting" INTEGER NOT NULL,
    "latencies" INTEGER[],

    CONSTRAINT "DeliveryRollupDelta_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE INDEX "ApiKey_tenantId_id_idx" ON "ApiKey"("tenantId", "id");

-- CreateIndex
CREATE INDEX "Webhook_kept_idx" ON "Webhook"("tenantId", "id") WHERE ("deletedAt" IS NULL);

-- CreateIndex
CREATE INDEX "Webhook_deleted_idx" ON "Webhook"("deletedAt") WHERE ("deletedAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "EventSubscription_tenantId_eventType_webhookId_idx" ON "EventSubscription"("tenantId", "eventType", "webhookId");

-- CreateIndex
CREATE UNIQUE INDEX "EventSubscription_webhookId_eventType_key" ON "EventSubscription"("webhookId", "eventType");

-- CreateIndex
CREATE INDEX "Event_tenantId_id_idx" ON "Event"("tenantId", "id");

-- CreateIndex
CREATE INDEX "Event_tenantId_type_id_idx" ON "Event"("tenantId", "type", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Event_tenantId_eventId_key" ON "Event"("tenantId", "eventId");

-- CreateIndex
CREATE INDEX "Delivery_tenantId_status_id_idx" ON "Delivery"("tenantId", "status", "id");

-- CreateIndex
CREATE INDEX "Delivery_tenantId_eventType_status_id_idx" ON "Delivery"("tenantId", "eventType", "status", "id");

-- CreateIndex
CREATE INDEX "Delivery_webhookId_status_id_idx" ON "Delivery"("webhookId", "status", "id");

-- CreateIndex
CREATE INDEX "Delivery_test_idx" ON "Delivery"("tenantId", "status", "id") WHERE ("isTest");

-- CreateIndex
CREATE INDEX "Delivery_eventRef_id_idx" ON "Delivery"("eventRef", "id");

-- CreateIndex
CREATE INDEX "Delivery_due_idx" ON "Delivery"("webhookId", "nextAttemptAt") WHERE (status = ANY (ARRAY['PENDING'::"DeliveryStatus", 'RETRYING'::"DeliveryStatus"]));

-- CreateIndex
CREATE INDEX "Delivery_claimed_idx" ON "Delivery"("claimedBy") WHERE (status = 'SENDING'::"DeliveryStatus");

-- CreateIndex
CREATE INDEX "DeliveryChange_at_idx" ON "DeliveryChange" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "DeliveryRollup_level_start_idx" ON "DeliveryRollup"("level", "start");

-- CreateIndex
CREATE INDEX "DeliveryRollupDelta_tenantId_idx" ON "DeliveryRollupDelta"("tenantId");


-- A uuid v7 (RFC 9562, section 5.7) of a given millisecond, for rows that a statement fans out.
CREATE FUNCTION uuid_v7_at("at" timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(
  set_bit(
    set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM "at") * 1000)::bigint) FROM 3)
        FROM 1 FOR 6
      ),
      52, 1
    ),
    53, 1
  ),
  'hex'
)::uuid;

-- The bucket of a latency in a histogram whose bounds grow by 8 %: 0 holds all below 1 ms,
-- n holds 1.08^(n-1) to 1.08^n ms. server/domain/latency-histogram.ts reads them back.
CREATE FUNCTION latency_bucket(ms double precision) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ms < 1 THEN 0 ELSE floor(ln(ms) / ln(1.08))::integer + 1 END;

-- These tables change as fast as deliveries go out: their statistics and their dead rows must not
-- wait for a fifth of the table to have changed.
ALTER TABLE "Delivery" SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "DeliveryChange" SET (autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "DeliveryRollupDelta" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER INDEX "DeliveryChange_at_idx" SET (autosummarize = on);
