import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  createEventTypeCatalogue,
  type EventTypeCatalogue,
} from '../../server/event-types/catalogue.ts';
import { createEventTypeService } from '../../server/event-types/service.ts';
import { unknownEventType } from '../../server/event-types/subscribed-types.ts';
import { watchedPool } from '../support/database/watched-pool.ts';
import { openService, type ServiceOnDatabase, valueOf } from '../webhooks/service-on-database.ts';

let on: ServiceOnDatabase;
let now = 0;
let reads = 0;
let isDown = false;
/** Two processes of one installation. */
let here: EventTypeCatalogue;
let there: EventTypeCatalogue;

beforeAll(async () => {
  on = await openService();
  const pool = watchedPool(on.pool, () => {
    reads += 1;
    if (isDown) throw new Error('down');
  });
  here = createEventTypeCatalogue(pool, () => now);
  there = createEventTypeCatalogue(on.pool, () => now);
});
afterAll(() => on.close());
beforeEach(() => {
  now += 10_000;
  reads = 0;
});

const changes = (catalogue: EventTypeCatalogue) =>
  createEventTypeService({ prisma: on.prisma, catalogue });

describe('the catalogue', () => {
  it('is read once a second at most, however many ask', async () => {
    await here.including(on.tenant, ['user.created']);
    for (let index = 0; index < 100; index += 1) {
      const types = here.including(on.tenant, ['user.created']);
      expect(types).not.toBeInstanceOf(Promise);
    }
    expect(reads).toBe(1);
    now += 1_000;
    await here.including(on.tenant, ['user.created']);
    expect(reads).toBe(2);
  });

  it('is read anew before a second is over, while the old one is still good', async () => {
    await here.including(on.tenant, []);
    now += 500;
    expect(here.including(on.tenant, [])).not.toBeInstanceOf(Promise);
    expect(here.including(on.tenant, [])).not.toBeInstanceOf(Promise);
    expect(reads).toBe(2);
  });

  it('has what another process made at once, and loses what it deleted within a second', async () => {
    await here.including(on.tenant, []);
    valueOf(await changes(there).create(on.tenant, { name: 'brand.new' }));
    expect((await here.including(on.tenant, ['brand.new'])).has('brand.new')).toBe(true);
    valueOf(await changes(there).delete(on.tenant, 'brand.new'));
    expect((await here.including(on.tenant, ['brand.new'])).has('brand.new')).toBe(true);
    now += 1_000;
    expect((await here.including(on.tenant, ['brand.new'])).has('brand.new')).toBe(false);
  });

  it('has what this process changed at once, whatever is being read meanwhile', async () => {
    valueOf(await changes(here).create(on.tenant, { name: 'short.lived' }));
    const meanwhile = here.including(on.tenant, []);
    valueOf(await changes(here).delete(on.tenant, 'short.lived'));
    await meanwhile;
    expect((await here.including(on.tenant, ['short.lived'])).has('short.lived')).toBe(false);
  });

  it('has each tenant’s own', async () => {
    valueOf(await changes(here).create(on.otherTenant, { name: 'theirs.alone' }));
    const [ours, theirs] = [on.tenant, on.otherTenant].map((tenant) =>
      here.including(tenant, ['theirs.alone']),
    );
    expect((await ours)?.has('theirs.alone')).toBe(false);
    expect((await theirs)?.has('theirs.alone')).toBe(true);
  });

  it('is asked again after a fault', async () => {
    await here.including(on.tenant, []);
    isDown = true;
    now += 600;
    await here.including(on.tenant, []);
    now += 600;
    await expect(here.including(on.tenant, [])).rejects.toThrow('down');
    isDown = false;
    expect((await here.including(on.tenant, [])).has('user.created')).toBe(true);
  });
});

describe('of a name that is none', () => {
  it.each([
    ['usr.created', 'did you mean user.created?'],
    ['User.Created', 'did you mean user.created?'],
    ['order.complete', 'did you mean order.completed?'],
    ['something.else', 'There is no event type "something.else"; the query eventTypes lists them.'],
    ['x'.repeat(500), `"${'x'.repeat(60)}…"; the query eventTypes lists them.`],
  ])('%s is said what was meant', async (name, said) => {
    expect(unknownEventType(await here.including(on.tenant, []), name)).toContain(said);
  });
});
