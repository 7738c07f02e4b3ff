-- Everybody signs in again.
DROP TABLE "Session";
