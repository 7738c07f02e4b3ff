/**
 * What was seen of an installation while its processes were killed, and the one checker that knows
 * which of it may happen: as Jepsen judges queues, by the history alone.
 */
export interface History {
  /** Whom each event goes to, and how many attempts the receiver makes it need. */
  readonly webhooks: readonly { id: string; attempts: number; keepsOrder: boolean }[];
  /** Events whose trigger was answered, by their eventId; the key that they keep order by, if any. */
  readonly accepted: ReadonlyMap<string, { orderingKey: string | null }>;
  readonly requests: readonly SeenRequest[];
  readonly kills: readonly SeenKill[];
  /** What is on record at the end. */
  readonly records: readonly DeliveryRecord[];
  /** Deliveries that the live feed has told the end of; null where nobody followed it. */
  readonly toldOf: ReadonlySet<string> | null;
}

/** A request as its receiver saw it; times in milliseconds since the epoch. */
export interface SeenRequest {
  /** Its `webhook-id`. */
  deliveryId: string;
  attempt: number;
  /** Whose address it came to. */
  webhookId: string;
  at: number;
  /** When it was answered, or its sender was gone; null where it never was. */
  endedAt: number | null;
}

export interface SeenKill {
  /** Where in its work the process was. */
  step: string;
  at: number;
  /** What it had claimed and had no record of: the ids, or how many where only that can be told. */
  held: ReadonlySet<string> | number;
}

export interface DeliveryRecord {
  /** The same as the `webhook-id` of its requests. */
  id: string;
  eventId: string;
  webhookId: string;
  status: string;
  attemptCount: number;
  attempts: readonly { number: number; errorCode: string | null }[];
}

/** What a killed process held goes out again within this. */
export const GOES_ON_WITHIN_MS = 45_000;

/** Says what must not have happened, whatever the machine, a line each; empty where all of it may. */
export function faultsOf(history: History): string[] {
  return [
    ...lostOrDoubled(history),
    ...wronglyRecorded(history),
    ...sentTooOften(history),
    ...outOfOrder(history),
    ...notTold(history),
  ];
}

/** Each accepted event has one delivery for each webhook, and each delivery is an accepted event's. */
function lostOrDoubled({ accepted, webhooks, records }: History): string[] {
  const made = grouped(records, ({ eventId, webhookId }) => `${eventId} for ${webhookId}`);
  const faults: string[] = [];
  for (const eventId of accepted.keys()) {
    for (const { id } of webhooks) {
      const count = made.get(`${eventId} for ${id}`)?.length ?? 0;
      if (count !== 1) faults.push(`accepted: ${eventId} for ${id} has ${count} deliveries`);
    }
  }
  for (const { id, eventId } of records) {
    if (!accepted.has(eventId)) faults.push(`${id} is of ${eventId}, which nobody triggered`);
  }
  return faults;
}

/** Each delivery has succeeded with as many attempts as its receiver made it need, each of which came. */
function wronglyRecorded({ webhooks, records, requests }: History): string[] {
  const needed = new Map(webhooks.map(({ id, attempts }) => [id, attempts]));
  const came = grouped(requests, ({ deliveryId }) => deliveryId);
  const faults: string[] = [];
  for (const record of records) {
    const { id, webhookId, status, attemptCount, attempts } = record;
    const count = needed.get(webhookId) ?? 0;
    const expected = Array.from({ length: count }, (_, index) =>
      index + 1 < count ? 'HTTP_STATUS' : null,
    );
    const errors = attempts.map(({ errorCode }) => errorCode);
    const numbers = attempts.map(({ number }) => number);
    const isRight =
      status === 'SUCCESS' &&
      attemptCount === count &&
      errors.join() === expected.join() &&
      numbers.every((number, index) => number === index + 1);
    if (!isRight) faults.push(`recorded: ${JSON.stringify(record)}`);
    const seen = came.get(id) ?? [];
    if (seen.some((request) => request.webhookId !== webhookId)) {
      faults.push(`${id} came to another webhook's address`);
    }
    for (let number = 1; number <= count; number += 1) {
      if (!seen.some(({ attempt }) => attempt === number)) {
        faults.push(`attempt ${number} of ${id} is on record and never came`);
      }
    }
  }
  const known = new Set(records.map(({ id }) => id));
  for (const id of came.keys()) {
    if (!known.has(id)) faults.push(`${id} came and is not on record`);
  }
  return faults;
}

/** An attempt comes once, and once more for each kill of a process that held it. */
function sentTooOften({ requests, kills }: History): string[] {
  const faults: string[] = [];
  let repeats = 0;
  const byAttempt = grouped(requests, ({ deliveryId, attempt }) => `${attempt} of ${deliveryId}`);
  for (const [name, same] of byAttempt) {
    const [first, ...again] = same.toSorted((one, other) => one.at - other.at);
    repeats += again.length;
    again.forEach(({ at }, index) => {
      const killers = kills.filter(
        ({ held, at: killedAt }) =>
          killedAt <= at && (typeof held === 'number' || held.has(first?.deliveryId ?? '')),
      );
      if (killers.length <= index) {
        faults.push(
          `attempt ${name} came ${same.length} times, and ${killers.length} kills explain it`,
        );
      }
    });
  }
  const held = kills.reduce((sum, kill) => sum + heldCount(kill), 0);
  if (repeats > held)
    faults.push(`${repeats} requests came again, and ${held} were held at the kills`);
  return faults;
}

function heldCount({ held }: SeenKill): number {
  return typeof held === 'number' ? held : held.size;
}

/** What a killed process held and did not come again in time, nor was in the hands of another that was killed. */
export function leftLying({ kills, requests, records }: History): string[] {
  const came = grouped(requests, ({ deliveryId }) => deliveryId);
  const webhookOf = new Map(records.map(({ id, webhookId }) => [id, webhookId]));
  const isHeld = (kill: SeenKill, id: string) => typeof kill.held !== 'number' && kill.held.has(id);
  return kills.flatMap(({ held, at, step }) => {
    if (typeof held === 'number') return [];
    const inTime = (each: { at: number }) => each.at > at && each.at <= at + GOES_ON_WITHIN_MS;
    return [...held].flatMap((id) => {
      if (came.get(id)?.some(inTime)) return [];
      if (kills.some((kill) => inTime(kill) && isHeld(kill, id))) return [];
      const next = came.get(id)?.find((request) => request.at > at);
      const later = next === undefined ? 'not again' : `again after ${next.at - at} ms`;
      return `${id} to ${webhookOf.get(id)} was held at a kill (${step}) and came ${later}`;
    });
  });
}

/** Of a webhook that keeps order, no two of one key are under way at once. */
function outOfOrder({ webhooks, requests, records, accepted }: History): string[] {
  const inOrder = new Set(webhooks.filter(({ keepsOrder }) => keepsOrder).map(({ id }) => id));
  const eventOf = new Map(records.map(({ id, eventId }) => [id, eventId]));
  const keyOf = ({ deliveryId }: SeenRequest) =>
    accepted.get(eventOf.get(deliveryId) ?? '')?.orderingKey ?? null;
  const lines = grouped(
    requests.filter((each) => inOrder.has(each.webhookId) && keyOf(each) !== null),
    (request) => `${keyOf(request)} to ${request.webhookId}`,
  );
  const faults: string[] = [];
  for (const [line, inLine] of lines) {
    const sorted = inLine.toSorted((one, other) => one.at - other.at);
    sorted.forEach((request, index) => {
      const next = sorted[index + 1];
      if (next === undefined || next.deliveryId === request.deliveryId) return;
      if (request.endedAt === null || next.at < request.endedAt) {
        faults.push(`${next.deliveryId} came while ${request.deliveryId} was under way (${line})`);
      }
      if (sorted.slice(index + 1).some(({ deliveryId }) => deliveryId === request.deliveryId)) {
        faults.push(`${request.deliveryId} came again after a later one (${line})`);
      }
    });
  }
  return faults;
}

/** The feed has told the end of each delivery. */
function notTold({ toldOf, records }: History): string[] {
  if (toldOf === null) return [];
  return records
    .filter(({ id }) => !toldOf.has(id))
    .map(({ id }) => `the feed did not tell the end of ${id}`);
}

function grouped<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}
