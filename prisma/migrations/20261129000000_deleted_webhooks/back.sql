DROP INDEX "Webhook_deleted_of_tenant_idx";
