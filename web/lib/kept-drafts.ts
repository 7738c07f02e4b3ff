/**
 * What was written in the composer, by event type: kept in this tab until it is closed or its reader
 * signs out, so that neither a click elsewhere nor a reload loses it.
 */
const NAME = 'nexus.event-drafts';

export type Drafts = Readonly<Record<string, string>>;

/**
 * The drafts there are; none where the browser keeps nothing.
 * @param owner who is signed in: another's are none of theirs.
 */
export function readDrafts(owner: string): Drafts {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? 'null');
    if (!isRecord(kept) || kept['owner'] !== owner || !isRecord(kept['drafts'])) return {};
    const drafts: Record<string, string> = {};
    for (const [type, payload] of Object.entries(kept['drafts'])) {
      if (typeof payload === 'string') drafts[type] = payload;
    }
    return drafts;
  } catch {
    return {};
  }
}

/** Keeps them; where there is no room they live as long as the page. */
export function keepDrafts(owner: string, drafts: Drafts): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify({ owner, drafts }));
  } catch {
    // Full, or forbidden: nothing that the reader could do about it.
  }
}

export function forgetDrafts(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing was kept then.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
