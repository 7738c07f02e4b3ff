-- CreateIndex
CREATE INDEX "Webhook_deleted_of_tenant_idx" ON "Webhook"("tenantId", "id") WHERE ("deletedAt" IS NOT NULL);
