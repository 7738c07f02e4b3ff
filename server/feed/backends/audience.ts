import type { ChangeListener } from '../topics.ts';
import { unpackAnnouncement, type Announcement } from './announcement.ts';

/** Who listens to which tenant in this process. */
export interface Audience {
  add(tenantId: string, seat: Seat): void;
  /** Answers whether it was the tenant's last listener; false too where it had left before. */
  remove(tenantId: string, seat: Seat): boolean;
  tenantIds(): string[];
  tell(announcement: Announcement): void;
}

/** One call of `listen`: the same function may listen twice. */
export interface Seat {
  listener: ChangeListener;
}

export function createAudience(): Audience {
  const seats = new Map<string, Set<Seat>>();
  return {
    add(tenantId, seat) {
      const own = seats.get(tenantId);
      if (own) own.add(seat);
      else seats.set(tenantId, new Set([seat]));
    },
    remove(tenantId, seat) {
      const own = seats.get(tenantId);
      if (!own?.delete(seat) || own.size > 0) return false;
      return seats.delete(tenantId);
    },
    tenantIds: () => [...seats.keys()],
    tell(announcement) {
      const own = seats.get(announcement.tenantId);
      if (!own) return;
      for (const change of unpackAnnouncement(announcement)) {
        for (const { listener } of own) listener(change);
      }
    },
  };
}
