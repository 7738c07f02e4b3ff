/**
 * The webhook `w` of each row of `row`, in SQL: a lookup by primary key for each, in statements whose plans are
 * kept (pool.ts). A plain join with a condition like `w."deletedAt" IS NULL` may become another thing: before a
 * table is analysed PostgreSQL believes that next to no row has a NULL there, and so it went through all
 * webhooks of the installation for each row. OFFSET 0 keeps conditions on `w` out of the lookup.
 */
export const webhookOf = (row: string) =>
  `CROSS JOIN LATERAL (SELECT * FROM "Webhook" kept WHERE kept.id = ${row}."webhookId" OFFSET 0) w`;
