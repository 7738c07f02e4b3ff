-- CreateIndex
CREATE INDEX "Webhook_attention_idx" ON "Webhook"("tenantId", "id") WHERE (("deletedAt" IS NULL) AND ("failingSince" IS NOT NULL));
