-- AlterTable
ALTER TABLE "Webhook" ADD COLUMN     "searchText" TEXT;
