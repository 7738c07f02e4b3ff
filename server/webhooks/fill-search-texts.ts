import type { Pool } from 'pg';

import { webhookSearchText } from '../domain/search-text.ts';

interface Row {
  id: string;
  name: string;
  description: string | null;
  url: string;
}

const ROWS_AT_A_TIME = 500;

/**
 * Gives webhooks of earlier versions, which kept no text to search, theirs. Several processes may
 * do it at once. Two statements for each 500.
 */
export async function fillSearchTexts(pool: Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT id, name, description, url FROM "Webhook"
       WHERE "searchText" IS NULL AND "deletedAt" IS NULL ORDER BY id LIMIT $1`,
      [ROWS_AT_A_TIME],
    );
    if (rows.length === 0) return;
    // What has been changed meanwhile has its text by then.
    await pool.query(
      `UPDATE "Webhook" w SET "searchText" = made.text
       FROM unnest($1::uuid[], $2::text[]) AS made(id, text)
       WHERE w.id = made.id AND w."searchText" IS NULL`,
      [rows.map(({ id }) => id), rows.map(webhookSearchText)],
    );
  }
}
