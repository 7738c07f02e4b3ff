import type { DeliveryRow } from '../../../live/delivery-row.ts';

/** What a list of deliveries can be written as. */
export type ExportFormat = 'CSV' | 'NDJSON';

type Value = string | number | boolean | null;

/** The columns, by the names that the API has for them. */
const COLUMNS: readonly (readonly [name: string, read: (row: DeliveryRow) => Value])[] = [
  ['id', ({ id }) => id],
  ['status', ({ status }) => status],
  ['failureReason', ({ failureReason }) => failureReason],
  ['eventType', ({ event }) => event.type],
  ['eventId', ({ event }) => event.eventId],
  ['webhookId', ({ webhook }) => webhook.id],
  ['webhookName', ({ webhook }) => webhook.name],
  ['webhookUrl', ({ webhook }) => webhook.url],
  ['attemptCount', ({ attemptCount }) => attemptCount],
  ['maxAttempts', ({ maxAttempts }) => maxAttempts],
  ['responseStatusCode', ({ lastAttempt }) => lastAttempt?.responseStatusCode ?? null],
  ['errorCode', ({ lastAttempt }) => lastAttempt?.errorCode ?? null],
  ['errorMessage', ({ lastAttempt }) => lastAttempt?.errorMessage ?? null],
  ['durationMs', ({ lastAttempt }) => lastAttempt?.durationMs ?? null],
  ['isTest', ({ isTest }) => isTest],
  ['createdAt', ({ createdAt }) => createdAt],
  ['completedAt', ({ completedAt }) => completedAt],
  ['nextAttemptAt', ({ nextAttemptAt }) => nextAttemptAt],
];

/** Rows as a file's text, in their order; CSV as RFC 4180 has it, with a heading. */
export function writeRows(rows: readonly DeliveryRow[], format: ExportFormat): string {
  if (format === 'NDJSON') {
    return rows
      .map((row) =>
        JSON.stringify(Object.fromEntries(COLUMNS.map(([name, read]) => [name, read(row)]))),
      )
      .map((line) => `${line}\n`)
      .join('');
  }
  const heading = COLUMNS.map(([name]) => name);
  const lines = rows.map((row) => COLUMNS.map(([, read]) => csvField(read(row))));
  return [heading, ...lines].map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** What customers name their webhooks must not run as a formula where the file is opened. */
const FORMULA = /^[=+\-@\t\r]/;

function csvField(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
