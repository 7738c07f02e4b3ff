import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../domain/delivery-states.ts';
import type { DeliveryChange } from '../topics.ts';

/** One message over pub/sub: changes of one tenant, who is told by the channel. */
export interface Announcement {
  tenantId: string;
  payload: string;
}

const xid = z.string().regex(/^\d{1,19}$/);

/** One change as it travels: the values alone, in this order. */
const changeTuple = z.tuple([
  z.string(), // deliveryId
  z.int().min(1), // version
  xid,
  xid.nullable(), // previousXid
  z.enum(DELIVERY_STATUSES),
  z.enum(DELIVERY_STATUSES).nullable(), // previousStatus
  z.string(), // webhookId
  z.string(), // eventType
  z.string(), // eventId
  z.union([z.literal(0), z.literal(1)]), // isTest
  z.number(), // createdAt
]);

const announcement = z.array(changeTuple);

/**
 * Packs changes into messages of at most `maxBytes` and `maxChanges` each, in their order.
 * A change alone takes some 300 bytes and never more than 4,000.
 */
export function packAnnouncements(
  changes: readonly DeliveryChange[],
  { maxBytes, maxChanges }: { maxBytes: number; maxChanges: number },
): Announcement[] {
  const packed: Announcement[] = [];
  for (const [tenantId, own] of byTenant(changes)) {
    let tuples: string[] = [];
    let bytes = 2;
    const close = () => packed.push({ tenantId, payload: `[${tuples.join(',')}]` });
    for (const change of own) {
      const tuple = encodeChange(change);
      const size = Buffer.byteLength(tuple) + 1;
      if (tuples.length > 0 && (bytes + size > maxBytes || tuples.length === maxChanges)) {
        close();
        tuples = [];
        bytes = 2;
      }
      tuples.push(tuple);
      bytes += size;
    }
    close();
  }
  return packed;
}

function byTenant(changes: readonly DeliveryChange[]): Map<string, DeliveryChange[]> {
  const groups = new Map<string, DeliveryChange[]>();
  for (const change of changes) {
    const own = groups.get(change.tenantId);
    if (own) own.push(change);
    else groups.set(change.tenantId, [change]);
  }
  return groups;
}

function encodeChange(change: DeliveryChange): string {
  const tuple: z.input<typeof changeTuple> = [
    change.deliveryId,
    change.version,
    change.xid.toString(),
    change.previousXid?.toString() ?? null,
    change.status,
    change.previousStatus,
    change.webhookId,
    change.eventType,
    change.eventId,
    change.isTest ? 1 : 0,
    change.createdAt,
  ];
  return JSON.stringify(tuple);
}

/** The changes in a message; none where it is not one of ours (another release's, say): the tail of the log finds them. */
export function unpackAnnouncement({ tenantId, payload }: Announcement): DeliveryChange[] {
  let content: unknown;
  try {
    content = JSON.parse(payload);
  } catch {
    return [];
  }
  const tuples = announcement.safeParse(content);
  if (!tuples.success) return [];
  return tuples.data.map((tuple) => ({
    tenantId,
    deliveryId: tuple[0],
    version: tuple[1],
    xid: BigInt(tuple[2]),
    previousXid: tuple[3] === null ? null : BigInt(tuple[3]),
    status: tuple[4],
    previousStatus: tuple[5],
    webhookId: tuple[6],
    eventType: tuple[7],
    eventId: tuple[8],
    isTest: tuple[9] === 1,
    createdAt: tuple[10],
  }));
}
