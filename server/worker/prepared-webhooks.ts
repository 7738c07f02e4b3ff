import { putLast } from '../domain/bounded-map.ts';
import { prepareSecret, type DatedKey } from '../domain/delivery/signature.ts';
import { prepareHeaders, type OwnHeaders } from '../domain/delivery/delivery-request.ts';
import type { SendingDetails } from '../webhooks/sending-details.ts';

/** A webhook made ready to send to. */
export interface PreparedWebhook {
  revision: number;
  url: string;
  timeoutSeconds: number | null;
  /** Its own, in seconds; null where the installation's schedule applies. */
  retryDelays: readonly number[] | null;
  headers: OwnHeaders;
  /** Current first; a previous one signs until its end. */
  keys: readonly DatedKey[];
}

export interface PreparedWebhooks {
  /** The webhooks, none older than the revision that the claim saw. One statement where any is not at hand. */
  get(wanted: ReadonlyMap<string, number>): Promise<Map<string, PreparedWebhook>>;
}

const KEPT = 10_000;

/** Keeps webhooks ready between deliveries, keyed by id and revision; the oldest go first. */
export function createPreparedWebhooks(
  load: (webhookIds: string[]) => Promise<SendingDetails[]>,
): PreparedWebhooks {
  const kept = new Map<string, PreparedWebhook>();

  function keep(details: SendingDetails): PreparedWebhook {
    const prepared: PreparedWebhook = {
      revision: details.revision,
      url: details.url,
      timeoutSeconds: details.timeoutSeconds,
      retryDelays: details.retryDelays,
      headers: prepareHeaders(details.headers),
      keys: details.secrets.map(({ secret, expiresAt }) => ({
        key: prepareSecret(secret),
        expiresAt,
      })),
    };
    putLast(kept, details.webhookId, prepared, KEPT);
    return prepared;
  }

  return {
    async get(wanted) {
      const found = new Map<string, PreparedWebhook>();
      const missing: string[] = [];
      for (const [webhookId, revision] of wanted) {
        const prepared = kept.get(webhookId);
        if (prepared !== undefined && prepared.revision >= revision) found.set(webhookId, prepared);
        else missing.push(webhookId);
      }
      if (missing.length > 0) {
        for (const details of await load(missing)) found.set(details.webhookId, keep(details));
      }
      return found;
    },
  };
}
