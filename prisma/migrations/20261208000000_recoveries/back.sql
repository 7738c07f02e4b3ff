-- What a recovery has put back goes its way; what it has not is not any more.
DROP TABLE "RecoveryItem";

DROP TABLE "Recovery";

DROP TYPE "RecoveryStatus";

DROP TYPE "RecoveryKind";
