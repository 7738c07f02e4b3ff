import type { Pool } from 'pg';
import { keysetQuery, type KeysetPage } from '../database/keyset-page.ts';
import {
  countListed,
  estimateListed,
  listDeliveries,
  type DeliveryListFilter,
} from '../deliveries/list.ts';
import { newId } from '../domain/identifiers.ts';
import { invalid, noSuchWebhook } from '../domain/input-rules.ts';
import type { Outcome, UserFault } from '../domain/user-fault.ts';
import type { Prisma, PrismaClient, Recovery } from '../generated/prisma/client.ts';
import { countMissed, newestMissed } from './missed-count.ts';
import { listFilterOf, missedTask, retryTask, spanOf, type RecoveryTask } from './task.ts';

/** What to bring back: one of the two. */
export interface RecoveryInput {
  retry?: DeliveryListFilter | undefined;
  missed?: { webhookId: string | null; createdAt: { from?: Date; to?: Date } } | undefined;
  /** 1 to 10,000; as fast as the others leave room if omitted. */
  perSecond?: number | undefined;
}

/** How many a recovery would look at. */
export interface RecoveryCount {
  count: number;
  /** False where there are more than {@link COUNTED_EXACTLY}: then it is an estimate. */
  isExact: boolean;
}

/** What a recovery would be about. */
export interface RecoveryPreview extends RecoveryCount {
  /** Ids of the newest of its events, at most so many. One statement. */
  newestEvents(most: number): Promise<string[]>;
}

/** It takes some 50 ms. */
export const COUNTED_EXACTLY = 100_000;
const PER_SECOND_MAX = 10_000;

/** Sending many again, as one thing that is worked off by the workers. All within a tenant. */
export interface RecoveryService {
  /** @param shown what it was asked for, for people. */
  create(
    caller: { tenantId: string; apiKeyId: string },
    input: RecoveryInput,
    shown: Prisma.InputJsonValue,
  ): Promise<Outcome<Recovery>>;
  /** Stops one that has not ended; of one that has, nothing changes. What was put back before goes its way. */
  cancel(tenantId: string, id: string): Promise<Recovery | null>;
  preview(tenantId: string, input: RecoveryInput): Promise<Outcome<RecoveryPreview>>;
  find(tenantId: string, ids: readonly string[]): Promise<Recovery[]>;
  list(tenantId: string, page: KeysetPage): Promise<Recovery[]>;
}

export function createRecoveryService({
  prisma,
  pool,
}: {
  prisma: PrismaClient;
  pool: Pool;
}): RecoveryService {
  /** What is to be done, or what is wrong with it. */
  async function read(tenantId: string, input: RecoveryInput): Promise<Outcome<RecoveryTask>> {
    const faults: UserFault[] = [];
    const { retry, missed, perSecond } = input;
    if (perSecond !== undefined && (perSecond < 1 || perSecond > PER_SECOND_MAX)) {
      const message = `perSecond must be a whole number from 1 to ${PER_SECOND_MAX}; leave it out to go as fast as there is room.`;
      faults.push(invalid(['input', 'perSecond'], message));
    }
    if ((retry === undefined) === (missed === undefined)) {
      faults.push(invalid(['input'], 'Give either retry or missed.'));
    }
    if (missed !== undefined) faults.push(...(await missedFaults(tenantId, missed)));
    if (faults.length > 0) return { faults };
    if (retry !== undefined) return { value: retryTask(retry, new Date()) };
    const { webhookId = null, createdAt = {} } = missed ?? {};
    return { value: missedTask(webhookId ?? '', createdAt, new Date()) };
  }

  async function missedFaults(
    tenantId: string,
    { webhookId, createdAt }: NonNullable<RecoveryInput['missed']>,
  ): Promise<UserFault[]> {
    const at = ['input', 'missed', 'webhookId'];
    const webhook =
      webhookId === null
        ? null
        : await prisma.webhook.findFirst({ where: { id: webhookId, tenantId, deletedAt: null } });
    if (webhook === null) return [noSuchWebhook(at)];
    const { from, to } = createdAt;
    if (from !== undefined && to !== undefined && to <= from) {
      return [invalid(['input', 'missed', 'createdAt', 'to'], 'to must lie after from.')];
    }
    if (webhook.isActive) return [];
    const message = 'Its webhook is off; switch it on with webhookUpdate first.';
    return [{ field: at, code: 'NOT_ALLOWED_NOW', message }];
  }

  async function missedPreview(
    tenantId: string,
    { webhookId, createdAt }: Extract<RecoveryTask, { kind: 'MISSED' }>,
  ): Promise<RecoveryPreview> {
    const missed = { tenantId, webhookId, span: spanOf(createdAt) };
    return {
      ...(await countMissed(pool, missed, COUNTED_EXACTLY + 1)),
      newestEvents: (most) => newestMissed(pool, missed, most),
    };
  }

  async function retryPreview(
    tenantId: string,
    task: Extract<RecoveryTask, { kind: 'RETRY' }>,
  ): Promise<RecoveryPreview> {
    const list = { tenantId, filter: listFilterOf(task) };
    const counted = await countListed(pool, list, COUNTED_EXACTLY + 1);
    const isExact = counted <= COUNTED_EXACTLY;
    return {
      count: isExact ? counted : Math.max(counted, await estimateListed(pool, list)),
      isExact,
      async newestEvents(most) {
        const page = { limit: most, backwards: false };
        const rows = await listDeliveries(pool, { ...list, page });
        return [...new Set(rows.slice(0, most).map(({ eventRef }) => eventRef))];
      },
    };
  }

  const find: RecoveryService['find'] = (tenantId, ids) =>
    prisma.recovery.findMany({ where: { tenantId, id: { in: [...ids] } } });

  return {
    find,
    async create({ tenantId, apiKeyId }, input, shown) {
      const { value: task, faults } = await read(tenantId, input);
      if (faults) return { faults };
      const data = {
        id: newId(),
        tenantId,
        kind: task.kind,
        filter: shown,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- plain JSON
        task: task as unknown as Prisma.InputJsonObject,
        perSecond: input.perSecond ?? null,
        createdById: apiKeyId,
      };
      return { value: await prisma.recovery.create({ data }) };
    },
    async cancel(tenantId, id) {
      await prisma.recovery.updateMany({
        where: { id, tenantId, status: { in: ['ESTIMATING', 'RUNNING'] } },
        data: { status: 'CANCELLED', completedAt: new Date() },
      });
      return (await find(tenantId, [id]))[0] ?? null;
    },
    async preview(tenantId, input) {
      const { value: task, faults } = await read(tenantId, input);
      if (faults) return { faults };
      const about =
        task.kind === 'MISSED' ? missedPreview(tenantId, task) : retryPreview(tenantId, task);
      return { value: await about };
    },
    list(tenantId, page) {
      const { id, orderBy, take } = keysetQuery(page);
      return prisma.recovery.findMany({ where: { tenantId, id }, orderBy, take });
    },
  };
}
