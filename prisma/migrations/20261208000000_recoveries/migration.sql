-- Sending many again, as one thing.
CREATE TYPE "RecoveryKind" AS ENUM ('RETRY', 'MISSED');

CREATE TYPE "RecoveryStatus" AS ENUM ('ESTIMATING', 'RUNNING', 'DONE', 'CANCELLED');

CREATE TABLE "Recovery" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "kind" "RecoveryKind" NOT NULL,
    "status" "RecoveryStatus" NOT NULL DEFAULT 'ESTIMATING',
    "filter" JSONB NOT NULL,
    "task" JSONB NOT NULL,
    "perSecond" INTEGER,
    "createdById" UUID NOT NULL,
    "estimated" INTEGER NOT NULL DEFAULT 0,
    "queued" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "position" UUID,
    "batchFrom" UUID,
    "putBackAt" TIMESTAMPTZ(6),
    "settledTo" UUID,
    "pacedAt" TIMESTAMPTZ(6),
    "turnAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "isSettled" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Recovery_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Recovery_tenantId_id_idx" ON "Recovery"("tenantId", "id");

CREATE INDEX "Recovery_open_idx" ON "Recovery"("turnAt") WHERE (NOT "isSettled");

CREATE TABLE "RecoveryItem" (
    "recoveryId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "deliveryId" UUID,

    CONSTRAINT "RecoveryItem_pkey" PRIMARY KEY ("recoveryId","id")
);

CREATE INDEX "RecoveryItem_put_back_idx" ON "RecoveryItem"("recoveryId", "deliveryId") WHERE ("deliveryId" IS NOT NULL);
