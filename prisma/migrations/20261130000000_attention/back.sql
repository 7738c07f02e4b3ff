DROP INDEX "Webhook_attention_idx";
