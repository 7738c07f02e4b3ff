/** Which tenants are listened to in this process, and what is called when they change. */
export interface TenantsHeard {
  /** Returns the way out, which returns whether it was the tenant's last; false too when called again. */
  add(tenantId: string, onChange: () => void): () => boolean;
  ids(): string[];
  tell(tenantId: string): void;
}

export function createTenantsHeard(): TenantsHeard {
  const tenants = new Map<string, Set<() => void>>();
  return {
    add(tenantId, onChange) {
      // Of its own, for the same function may be given twice.
      const told = () => onChange();
      const own = tenants.get(tenantId) ?? new Set();
      tenants.set(tenantId, own.add(told));
      return () => own.delete(told) && own.size === 0 && tenants.delete(tenantId);
    },
    ids: () => [...tenants.keys()],
    tell(tenantId) {
      for (const told of tenants.get(tenantId) ?? []) told();
    },
  };
}
