/**
 * Ids of transactions, as bigint columns keep them: PostgreSQL's manual, section 9.27.8. What has an id that is
 * yet to come was written by another cluster, whose dump was restored here.
 */

/** That of the transaction which makes the statement. */
export const CURRENT_XID = 'pg_current_xact_id()::text::bigint';

/** The lowest that is still running: all below it have ended. */
export const OLDEST_XID = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** The lowest that is yet to come. */
export const NEXT_XID = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';
