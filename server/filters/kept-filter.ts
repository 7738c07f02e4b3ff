import { newId } from '../domain/identifiers.ts';
import type { Path } from '../domain/input-rules.ts';
import { toJsonpath } from '../domain/payload-filter/jsonpath.ts';
import { readFilter } from '../domain/payload-filter/read-filter.ts';
import { placedFault } from '../domain/placed-fault.ts';
import type { Outcome } from '../domain/user-fault.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** A filter as its row has it. */
export interface KeptFilter {
  /** Canonical JSON. */
  text: string;
  /** PostgreSQL's jsonpath. */
  path: string;
}

/** A filter as it is given; null: none. */
export function keptFilter(given: unknown, field: Path): Outcome<KeptFilter | null> {
  if (given === null || given === undefined) return { value: null };
  const read = readFilter(given);
  if ('fault' in read) return { faults: [placedFault(read.fault, field, 'filter')] };
  return { value: { text: read.text, path: toJsonpath(read.filter) } };
}

/**
 * Keeps a webhook's new filter; the one before stays, for what it kept back.
 * @returns the id of its row, for the webhook.
 */
export async function insertFilter(
  tx: Prisma.TransactionClient,
  { id: webhookId, tenantId }: { id: string; tenantId: string },
  { text, path }: KeptFilter,
): Promise<string> {
  const id = newId();
  await tx.$executeRaw`
    INSERT INTO "WebhookFilter" (id, "tenantId", "webhookId", filter, path)
    VALUES (${id}::uuid, ${tenantId}::uuid, ${webhookId}::uuid, ${text}, ${path}::jsonpath)`;
  return id;
}

/** Marks the webhook's former filter as replaced, by the database's clock. */
export async function retireFilter(
  tx: Prisma.TransactionClient,
  filterId: string | null,
  now: Date,
): Promise<void> {
  if (filterId === null) return;
  await tx.webhookFilter.update({ where: { id: filterId }, data: { replacedAt: now } });
}
