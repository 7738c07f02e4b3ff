-- Heads are kept as they are on the wire: half as long as JSON. A process of the version before still writes
-- and reads the JSON; of attempts that this version makes it shows no headers.
ALTER TABLE "DeliveryAttempt" ADD COLUMN "requestHead" TEXT,
ADD COLUMN "responseHead" TEXT,
ALTER COLUMN "requestHeaders" SET DEFAULT '[]',
ALTER COLUMN "responseHeaders" SET DEFAULT '[]';
