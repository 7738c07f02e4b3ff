import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEventTypeCatalogue } from '../../server/event-types/catalogue.ts';
import { createEventTypeService, type EventTypeService } from '../../server/event-types/service.ts';
import { insertEvents, insertTenant, makeEvent } from '../support/database/delivery-factory.ts';
import {
  faultsOf,
  openService,
  type ServiceOnDatabase,
  valueOf,
} from '../webhooks/service-on-database.ts';

let on: ServiceOnDatabase;
let service: EventTypeService;
beforeAll(async () => {
  on = await openService();
  service = createEventTypeService({
    prisma: on.prisma,
    catalogue: createEventTypeCatalogue(on.pool),
  });
});
afterAll(() => on.close());

const listed = (tenantId: string) =>
  on.prisma.eventType.findMany({ where: { tenantId }, orderBy: { name: 'asc' } });

describe('an event type of one’s own', () => {
  it('is made of a name alone', async () => {
    const made = valueOf(await service.create(on.tenant, { name: 'invoice.line-item.paid_2' }));
    expect(made).toMatchObject({
      name: 'invoice.line-item.paid_2',
      group: 'invoice',
      description: null,
      sample: '{}',
      deprecatedAt: null,
    });
    expect(await listed(on.otherTenant)).toHaveLength(23);
  });

  it('keeps what was said of it, numbers digit for digit', async () => {
    const [description, group] = ['When it rains.', 'Weather'];
    const sample = { z: 1, a: [12345678901234567890n.toString(), 0.5] };
    const made = valueOf(
      await service.create(on.tenant, { name: 'rain', group, description, sample }),
    );
    expect(made).toMatchObject({ group, description });
    expect(made.sample).toBe('{"a":["12345678901234567890",0.5],"z":1}');
  });

  it('is refused with every fault at once, and nothing is kept', async () => {
    const before = await listed(on.tenant);
    const bad = { group: ' ', description: 'd'.repeat(2_001), sample: 's'.repeat(65_536) };
    expect(faultsOf(await service.create(on.tenant, { name: 'a..b', ...bad }))).toEqual([
      'input.name INVALID',
      'input.group INVALID',
      'input.description TOO_LARGE',
      'input.sample TOO_LARGE',
    ]);
    expect(await listed(on.tenant)).toHaveLength(before.length);
  });

  it.each(['', '.', 'a.', '.a', 'a b', 'ä', 'order.*', '*', 'a\n', 'a\0', 'n'.repeat(129)])(
    'may not be called %j',
    async (name) => {
      expect(faultsOf(await service.create(on.tenant, { name }))).toEqual(['input.name INVALID']);
      for (const change of [service.update(on.tenant, { name }), service.delete(on.tenant, name)]) {
        expect(faultsOf(await change)).toEqual(['input.name NOT_FOUND']);
      }
    },
  );

  it('is there once, for whoever comes first', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => service.create(on.tenant, { name: 'once', group: 'G' })),
    );
    expect(outcomes.flatMap(faultsOf)).toEqual(['input.name CONFLICT', 'input.name CONFLICT']);
    valueOf(await service.create(on.otherTenant, { name: 'once' }));
    expect((await listed(on.otherTenant)).find(({ name }) => name === 'once')?.group).toBe('once');
  });

  it('is one of at most 1,000', async () => {
    const tenant = await insertTenant(on.pool);
    await on.pool.query(
      `INSERT INTO "EventType" (id, "tenantId", name, "group", sample)
       SELECT gen_random_uuid(), $1, 't.' || n, 't', '{}' FROM generate_series(24, 1000) n`,
      [tenant],
    );
    expect(faultsOf(await service.create(tenant, { name: 'more' }))).toEqual(['input TOO_LARGE']);
  });
});

describe('a change', () => {
  it('leaves what is left out, clears with null, and tells since when it is deprecated', async () => {
    const name = 'user.created';
    const before = (await listed(on.tenant)).find((type) => type.name === name);
    const first = valueOf(await service.update(on.tenant, { name, description: null }));
    expect(first).toMatchObject({ group: 'User', description: null, sample: before?.sample });
    expect(first.updatedAt > first.createdAt).toBe(true);
    const deprecated = valueOf(await service.update(on.tenant, { name, isDeprecated: true }));
    const again = valueOf(
      await service.update(on.tenant, { name, isDeprecated: true, group: 'G' }),
    );
    expect(deprecated.deprecatedAt).toBeInstanceOf(Date);
    expect(again).toMatchObject({ group: 'G', deprecatedAt: deprecated.deprecatedAt });
    const offered = valueOf(await service.update(on.tenant, { name, isDeprecated: false }));
    expect(offered.deprecatedAt).toBeNull();
    const theirs = (await listed(on.otherTenant)).find((type) => type.name === name);
    expect(theirs).toMatchObject({ group: 'User', deprecatedAt: null });
  });

  it('is refused whole', async () => {
    const name = 'user.updated';
    const bad = { group: null, sample: null, isDeprecated: null, description: 'kept?' };
    expect(faultsOf(await service.update(on.tenant, { name, ...bad }))).toEqual([
      'input.group INVALID',
      'input.sample INVALID',
      'input.isDeprecated INVALID',
    ]);
    const type = (await listed(on.tenant)).find((each) => each.name === name);
    expect(type?.description).not.toBe('kept?');
    expect(faultsOf(await service.update(on.tenant, { name: 'none' }))).toEqual([
      'input.name NOT_FOUND',
    ]);
  });
});

describe('a deletion', () => {
  it('is refused while a webhook subscribes to it, or events of it are kept', async () => {
    const name = 'to.delete';
    valueOf(await service.create(on.tenant, { name }));
    valueOf(await service.create(on.otherTenant, { name }));
    const { webhook } = await on.create({ eventTypes: [name] });
    const inUse = ['input.name NOT_ALLOWED_NOW'];
    expect(faultsOf(await service.delete(on.tenant, name))).toEqual(inUse);
    valueOf(await on.service.unsubscribe(on.tenant, { webhookId: webhook.id, eventTypes: [name] }));
    await insertEvents(on.pool, [makeEvent(on.tenant, { type: name })]);
    expect(faultsOf(await service.delete(on.tenant, name))).toEqual(inUse);
    await on.pool.query('DELETE FROM "Event"');
    expect(valueOf(await service.delete(on.tenant, name))).toEqual({ name });
    expect(faultsOf(await service.delete(on.tenant, name))).toEqual(['input.name NOT_FOUND']);
    expect((await listed(on.otherTenant)).some((type) => type.name === name)).toBe(true);
  });
});

describe('a schema', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: 'integer' }, to: { type: 'string', format: 'email' } },
    required: ['id'],
  };

  it('comes with a sample made of it, and is kept to from then on', async () => {
    const made = valueOf(
      await service.create(on.tenant, { name: 'with.schema', schema, validation: 'REJECT' }),
    );
    expect(JSON.parse(made.sample)).toEqual({ id: 1, to: 'user@example.com' });
    expect(JSON.parse(made.schema ?? '')).toEqual(schema);
    expect(made).toMatchObject({
      validation: 'REJECT',
      schemaHash: expect.stringMatching(/^\w{64}$/),
    });
  });

  it('is refused with the place', async () => {
    const bad = { properties: { a: { type: 'none' } } };
    const outcome = await service.create(on.tenant, { name: 'bad.schema', schema: bad });
    expect(faultsOf(outcome)).toEqual(['input.schema.properties.a.type INVALID']);
    const name = 'user.created';
    expect(faultsOf(await service.update(on.tenant, { name, schema: bad }))).toEqual([
      'input.schema.properties.a.type INVALID',
    ]);
  });

  it('is what validation needs, and takes it along when it goes', async () => {
    const name = 'user.deleted';
    const refused = ['input.validation INVALID'];
    expect(faultsOf(await service.create(on.tenant, { name: 'v', validation: 'WARN' }))).toEqual(
      refused,
    );
    expect(faultsOf(await service.update(on.tenant, { name, validation: 'WARN' }))).toEqual(
      refused,
    );
    const warned = valueOf(await service.update(on.tenant, { name, schema, validation: 'WARN' }));
    expect(warned).toMatchObject({
      validation: 'WARN',
      sample: expect.stringContaining('user_id'),
    });
    expect(valueOf(await service.update(on.tenant, { name, group: 'G' })).validation).toBe('WARN');
    const both = { name, schema: null, validation: 'WARN' } as const;
    expect(faultsOf(await service.update(on.tenant, both))).toEqual(refused);
    const none = valueOf(await service.update(on.tenant, { name, schema: null }));
    expect(none).toMatchObject({ schema: null, schemaHash: null, validation: 'NONE' });
  });
});
