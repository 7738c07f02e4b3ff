/** How many sockets may be open at once that have not shown a good key yet. */
export interface UnprovenLimits {
  perProcess: number;
  perAddress: number;
}

/** Places for sockets whose key is not known yet, or that have none. */
export interface UnprovenSockets {
  /** Takes a place; null, and which bound was met, where there is none. */
  enter(address: string): { leave(): void } | { full: 'process' | 'address' };
}

export function createUnprovenSockets(limits: UnprovenLimits): UnprovenSockets {
  const byAddress = new Map<string, number>();
  let all = 0;
  return {
    enter(address) {
      const here = byAddress.get(address) ?? 0;
      if (here >= limits.perAddress) return { full: 'address' };
      if (all >= limits.perProcess) return { full: 'process' };
      all += 1;
      byAddress.set(address, here + 1);
      let isHeld = true;
      return {
        leave() {
          if (!isHeld) return;
          isHeld = false;
          all -= 1;
          const left = (byAddress.get(address) ?? 1) - 1;
          if (left === 0) byAddress.delete(address);
          else byAddress.set(address, left);
        },
      };
    },
  };
}
