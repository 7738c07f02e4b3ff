/**
 * What the outcomes of attempts make of their webhooks, in SQL: since when all of them fail, whether
 * the circuit opens or closes, and whether a webhook is switched off. The policy and its reasons stand
 * in domain/delivery/webhook-health.ts.
 */

/** Parameters of the statement. */
export interface HealthParameters {
  opensAfterFailures: string;
  switchOffAfterSeconds: string;
  opensAfterSeconds: string;
  probeSeconds: string;
}

/**
 * The CTEs `went`, `judged` and `turned`. A webhook's row is locked and written only where it becomes
 * another: not while all goes well, and not by each failure of one that is known to fail.
 * @param outcomes an earlier CTE of deliveries whose attempt has ended, one row each: "webhookId",
 *   status and `reason`: of its failure, or GONE where the receiver wants no more.
 */
export function turnWebhooks(outcomes: string, policy: HealthParameters): string {
  const { opensAfterFailures, switchOffAfterSeconds, opensAfterSeconds, probeSeconds } = policy;
  return `went AS (
  SELECT "webhookId", bool_or(status = 'SUCCESS') AS well,
    bool_or(reason = 'GONE') AS gone, bool_or(reason = 'ATTEMPTS_EXHAUSTED') AS exhausted,
    count(*) FILTER (WHERE status <> 'SUCCESS') AS failures
  FROM ${outcomes} GROUP BY 1
), judged AS (
  SELECT w.id, CASE WHEN went.well THEN 0 ELSE least(w."failuresInRow" + went.failures, ${opensAfterFailures}) END AS failures,
    went.well, coalesce(w."failingSince", now()) AS since,
    CASE WHEN NOT w."isActive" THEN NULL WHEN went.gone THEN 'GONE'
      WHEN ${switchOffAfterSeconds} > 0 AND went.exhausted AND NOT went.well
        AND w."failingSince" <= now() - make_interval(secs => ${switchOffAfterSeconds}) THEN 'FAILING'
    END::"WebhookDisabledReason" AS off
  FROM went JOIN "Webhook" w ON w.id = went."webhookId"
  WHERE went.gone
    OR CASE WHEN went.well THEN w."failingSince" IS NOT NULL
       ELSE w."failingSince" IS NULL OR w."circuitOpenedAt" IS NULL AND ${opensAfterFailures} > 0
         OR went.exhausted AND ${switchOffAfterSeconds} > 0 END
  ORDER BY w.id FOR UPDATE OF w
), turned AS (
  UPDATE "Webhook" w SET
    "failuresInRow" = t.failures,
    "failingSince" = CASE WHEN NOT t.well THEN t.since END,
    "circuitOpenedAt" = CASE WHEN o.opens THEN coalesce(w."circuitOpenedAt", now()) END,
    "nextProbeAt" = CASE WHEN o.opens THEN coalesce(w."nextProbeAt", now() + make_interval(secs => ${probeSeconds})) END,
    "isActive" = w."isActive" AND t.off IS NULL,
    "disabledReason" = coalesce(t.off, w."disabledReason"),
    "disabledAt" = CASE WHEN t.off IS NULL THEN w."disabledAt" ELSE now() END,
    revision = w.revision + (t.off IS NOT NULL)::int,
    "updatedAt" = CASE WHEN t.off IS NULL THEN w."updatedAt" ELSE now() END
  FROM judged t CROSS JOIN LATERAL (SELECT t.off IS NULL AND t.failures > 0 AND t.failures >= ${opensAfterFailures}
    AND t.since <= now() - make_interval(secs => ${opensAfterSeconds}) AS opens) o
  WHERE w.id = t.id
)`;
}
