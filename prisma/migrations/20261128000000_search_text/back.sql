ALTER TABLE "Webhook" DROP COLUMN "searchText";
