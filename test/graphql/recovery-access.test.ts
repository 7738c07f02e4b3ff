import { graphql, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Caller } from '../../server/access/caller.ts';
import { encodeGlobalId } from '../../server/domain/global-id.ts';
import { newId } from '../../server/domain/identifiers.ts';
import { buildSchema } from '../../server/graphql/schema.ts';
import { insertTenant, insertWebhook } from '../support/database/delivery-factory.ts';
import { createTestServices, type TestServices } from '../support/installation/services.ts';

const schema = buildSchema();
let test: TestServices;
let ours: string;
let theirs: string;
beforeAll(async () => {
  test = await createTestServices();
  [ours, theirs] = [await insertTenant(test.services.pool), await insertTenant(test.services.pool)];
});
afterAll(() => test.close());

const caller = (tenantId: string, role: Caller['role'] = 'OPERATOR'): Caller => ({
  tenantId,
  apiKeyId: newId(),
  role,
});
const contextOf = (who: Caller | null) => ({
  caller: who,
  services: test.services,
  onSlowReader: null,
});

async function ask(who: Caller | null, source: string, variableValues = {}) {
  const contextValue = contextOf(who);
  const { data, errors = [] } = await graphql({ schema, source, variableValues, contextValue });
  return { data, codes: errors.map(({ extensions }) => extensions['code']) };
}

const CREATE = `mutation ($input: RecoveryCreateInput!) { recoveryCreate(input: $input) { recovery { id } userErrors { code } } }`;
const CANCEL = `mutation ($input: RecoveryCancelInput!) { recoveryCancel(input: $input) { recovery { status } userErrors { code } } }`;
const READ = '{ recoveries { nodes { id } } }';
const ONE = 'query ($id: ID!) { recovery(id: $id) { id createdBy { id } } node(id: $id) { id } }';
const PREVIEW =
  'query ($input: RecoveryCreateInput!) { recoveryPreview(input: $input) { count userErrors { code } } }';
const FOLLOW = 'subscription ($id: ID!) { recoveryUpdated(id: $id) { id } }';

async function created(tenantId: string): Promise<string> {
  const by = { tenantId, apiKeyId: newId() };
  const { value } = await test.services.recoveries.create(by, { retry: {} }, { retry: {} });
  return encodeGlobalId('Recovery', value?.id ?? '');
}

async function followCodes(who: Caller | null, id: string): Promise<unknown[]> {
  const answer = await subscribe({
    ...{ schema, document: parse(FOLLOW), variableValues: { id } },
    contextValue: contextOf(who),
  });
  if (!(Symbol.asyncIterator in answer)) {
    return (answer.errors ?? []).map(({ extensions }) => extensions['code']);
  }
  await answer.return?.();
  return [];
}

describe('recoveries', () => {
  it.each([
    ['ADMIN', [], []],
    ['OPERATOR', [], []],
    ['VIEWER', [], ['FORBIDDEN']],
    ['PUBLISHER', ['FORBIDDEN'], ['FORBIDDEN']],
  ] as const)('who may read and who may make them: %s', async (role, read, write) => {
    const who = caller(ours, role);
    const id = await created(ours);
    expect((await ask(who, READ)).codes).toEqual(read);
    expect((await ask(who, PREVIEW, { input: { retry: {} } })).codes).toEqual(read);
    expect(await followCodes(who, id)).toEqual(read);
    expect((await ask(who, CREATE, { input: { retry: {} } })).codes).toEqual(write);
    expect((await ask(who, CANCEL, { input: { id } })).codes).toEqual(write);
  });

  it('are nobody’s who comes without a key', async () => {
    const id = await created(ours);
    for (const [source, variables] of [
      [READ, {}],
      [PREVIEW, { input: { retry: {} } }],
      [CREATE, { input: { retry: {} } }],
      [CANCEL, { input: { id } }],
    ] as const) {
      expect((await ask(null, source, variables)).codes).toEqual(['UNAUTHENTICATED']);
    }
    expect(await followCodes(null, id)).toEqual(['UNAUTHENTICATED']);
  });

  it('of another tenant are not there, and its webhooks neither', async () => {
    const id = await created(theirs);
    const who = caller(ours);
    expect((await ask(who, ONE, { id })).data).toEqual({ recovery: null, node: null });
    expect((await ask(caller(theirs), ONE, { id })).data).toMatchObject({ recovery: { id } });
    expect(JSON.stringify((await ask(who, READ)).data)).not.toContain(id);
    expect(await followCodes(who, id)).toEqual(['BAD_USER_INPUT']);
    expect((await ask(who, CANCEL, { input: { id } })).data).toEqual({
      recoveryCancel: { recovery: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
    const webhook = await insertWebhook(test.services.pool, theirs);
    const missed = { webhookId: encodeGlobalId('Webhook', webhook.id), createdAt: {} };
    const faults = [{ code: 'NOT_FOUND' }];
    expect((await ask(who, CREATE, { input: { missed } })).data).toEqual({
      recoveryCreate: { recovery: null, userErrors: faults },
    });
    expect((await ask(who, PREVIEW, { input: { missed } })).data).toEqual({
      recoveryPreview: { count: 0, userErrors: faults },
    });
  });

  it('name no customer that was erased', async () => {
    const key = 'acme-1';
    const { customers } = test.services;
    await customers.upsert(ours, { key });
    const customersAsked = { retry: { customers: [key, 'other'] } };
    const { value } = await test.services.recoveries.create(
      { tenantId: ours, apiKeyId: newId() },
      { retry: {} },
      customersAsked,
    );
    await customers.erase(ours, key);
    const id = encodeGlobalId('Recovery', value?.id ?? '');
    const { data } = await ask(caller(ours), 'query ($id: ID!) { recovery(id: $id) { filter } }', {
      id,
    });
    const text = JSON.stringify(data);
    expect(text).toContain('other');
    expect(text).not.toContain(key);
  });

  it('name the key that asked for them to that key and to administrators', async () => {
    const { prisma } = test.services;
    const key = await prisma.apiKey.create({
      data: {
        id: newId(),
        tenantId: ours,
        name: 'ours',
        role: 'OPERATOR',
        hint: 'nxk_',
        hash: new Uint8Array(32),
      },
    });
    const maker: Caller = { tenantId: ours, apiKeyId: key.id, role: 'OPERATOR' };
    const { value } = await test.services.recoveries.create(maker, { retry: {} }, {});
    const id = encodeGlobalId('Recovery', value?.id ?? '');
    const named = { recovery: { createdBy: { id: encodeGlobalId('ApiKey', key.id) } } };
    expect((await ask(maker, ONE, { id })).data).toMatchObject(named);
    expect((await ask(caller(ours, 'ADMIN'), ONE, { id })).data).toMatchObject(named);
    expect((await ask(caller(ours), ONE, { id })).data).toMatchObject({
      recovery: { createdBy: null },
    });
  });
});
