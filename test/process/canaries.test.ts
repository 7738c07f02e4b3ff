import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { waitUntilAllEnded } from '../support/feed/delivery-list.ts';
import { followDeliveries } from '../support/feed/live-feed.ts';
import { createApiClient, postOperation } from '../support/installation/api-client.ts';
import { makeDataFolder } from '../support/installation/data-folder.ts';
import { platformOn } from '../support/installation/platform.ts';
import { createLauncher, type RunningServer } from '../support/installation/server-process.ts';
import { makeServedProcesses, SERVED_BACKENDS } from '../support/installation/served-processes.ts';
import { testRedisUrl } from '../support/queue/redis.ts';
import { failTimes, hang, startReceiver, status } from '../support/receiver/receiver.ts';
import { waitFor } from '../support/wait.ts';

/** Texts that stand nowhere else: where one is found, it came from what it stands for. */
interface Canaries {
  /** Must be nowhere but where it was given, or shown once. */
  secrets: Record<string, string>;
  /** Stands in the database, and is told to who may see it. */
  payloads: Record<string, string>;
}

const canary = () => `canary-${randomUUID()}`;

/** Does all that secrets, keys and payloads take part in, what goes wrong among it. */
async function live(
  server: RunningServer,
  key: string,
): Promise<Canaries & { answers: string[]; errors: string[] }> {
  const receiver = await startReceiver();
  const client = createApiClient(server.address, key);
  const platform = platformOn(client);
  const header = canary();
  const payload = canary();
  const misfit = canary();
  const malformed = canary();
  try {
    receiver.on('/fails', failTimes(2));
    receiver.on('/hangs', hang());
    receiver.on('/gone', status(410));
    const headers = [{ name: 'X-Token', value: header, isSecret: true }];
    const made = [];
    for (const path of ['/good', '/fails', '/hangs', '/gone']) {
      made.push(await platform.createWebhook({ url: receiver.url(path), headers, timeout: 1 }));
    }
    const rotated = await platform.mutate<{ secret: string }>(
      'webhookSecretRotate',
      { id: made[0]?.id },
      'secret',
    );
    const other = await platform.mutate<{ key: string }>(
      'apiKeyCreate',
      { name: 'another', role: 'ADMIN' },
      'key',
    );
    const feed = followDeliveries(client.socket());
    await platform.trigger({ payload: { [payload]: [payload] } });
    await platform.mutate(
      'eventTriggerBatch',
      { events: [{ type: 'user.created', payload: { payload } }] },
      'results { webhooksNotified }',
    );
    await platform.mutate(
      'eventTypeCreate',
      {
        name: 'strict.type',
        group: 'Strict',
        schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
        validation: 'REJECT',
      },
      'eventType { name }',
    );

    // What is refused, and what is wrong, repeats nothing of it in its answer.
    const errors: string[] = [];
    const wrong: [string, Record<string, unknown>, string?][] = [
      [TRIGGER, { input: { type: 'strict.type', payload: { n: misfit } } }],
      [TRIGGER, { input: { type: `no.such.type`, payload: { misfit } } }],
      [TRIGGER, { input: { type: 'user.created', payload: { misfit }, unknown: misfit } }],
      [TRIGGER, { input: { type: 7, payload: misfit } }],
      [
        TRIGGER,
        { input: { type: 'user.created', eventId: 'x'.repeat(5_000), payload: { misfit } } },
      ],
      ['query { webhooks(first: 1) { nodes { id secret } } }', { misfit }],
      [TRIGGER, { input: { type: 'user.created', payload: { misfit } } }, `nxk_${misfit}`],
      [
        WEBHOOK,
        { input: { name: 'x', url: `http://user:${misfit}@example.com/`, eventTypes: [] } },
      ],
      [
        WEBHOOK,
        {
          input: {
            name: 'x',
            url: 'http://example.com/',
            eventTypes: [],
            headers: [{ name: 'Host', value: misfit, isSecret: true }],
          },
        },
      ],
    ];
    for (const [query, variables, otherKey] of wrong) {
      errors.push(
        JSON.stringify(await postOperation(server.address, otherKey ?? key, query, variables)),
      );
    }
    for (const body of [`{"query":"${malformed}`, `{"query":"{ ${malformed} }"}`]) {
      const response = await fetch(`${server.address}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
      });
      errors.push(await response.text());
    }
    const session = await fetch(`${server.address}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey: key }),
    });
    const cookie = /=([^;]{20,})/.exec(session.headers.get('set-cookie') ?? '')?.[1];
    if (cookie === undefined) throw new Error(`No session: ${session.status}`);
    errors.push(
      await (
        await fetch(`${server.address}/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ apiKey: misfit }),
        })
      ).text(),
    );
    await waitUntilAllEnded(client, 60_000);
    await waitFor(() => feed.updates.length > 0);
    feed.stop();
    const listed = await client.ask<unknown>(
      `{ webhooks(first: 10) { nodes { id secretHint headers { name value isSecret } } }
         deliveries(first: 50) { nodes { id attempts { requestHeaders { name value } responseBody errorMessage } } } }`,
    );
    return {
      secrets: {
        key,
        header,
        'another key': other.key,
        'rotated secret': rotated.secret,
        ...Object.fromEntries(made.map(({ secret }, n) => [`secret ${n}`, secret])),
        cookie,
      },
      payloads: { payload, misfit, malformed },
      answers: [JSON.stringify(listed)],
      errors,
    };
  } finally {
    await receiver.close();
  }
}

const TRIGGER = `mutation ($input: EventTriggerInput!) {
  eventTrigger(input: $input) { event { id } userErrors { field code message } }
}`;
const WEBHOOK = `mutation ($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { webhook { id } userErrors { field code message } }
}`;

/** Where a text stands that must not: the name of what it stands for, and of the place. */
function findings(canaries: Record<string, string>, places: Record<string, string>): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(canaries)
      .filter(([, value]) => text.includes(value) || text.includes(hexOf(value)))
      .map(([name]) => `${name} in ${place}`),
  );
}

/** As a column of bytes is dumped. */
const hexOf = (text: string) => Buffer.from(text).toString('hex');

/** Every row of every table of a database, as text, but of those named. */
async function dumped(url: string, schema: (name: string) => boolean): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const table of rows.filter((each) => schema(each.schema))) {
      const quoted = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
      const { rows: found } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${quoted} t`,
      );
      texts.push(table.name, ...found.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

describe.concurrent('secrets, keys and payloads stand nowhere that they need not', () => {
  test.each(SERVED_BACKENDS)('on $on', { timeout: 180_000 }, async ({ options }) => {
    const served = await makeServedProcesses({ ...options, env: { LOG_LEVEL: 'trace' } });
    // All that this Redis is told meanwhile.
    const told: string[] = [];
    const monitor = connect(Number(new URL(testRedisUrl()).port), '127.0.0.1');
    monitor.setEncoding('utf8').on('data', (text: string) => told.push(text));
    monitor.write('MONITOR\r\n');
    try {
      const key = served.env['BOOTSTRAP_API_KEY'] ?? '';
      const server = await served.start('all');
      const { secrets, payloads, answers, errors } = await live(server, key);
      server.kill('SIGTERM');
      await server.waitForExit();

      const logs = server.stdout + server.stderr;
      expect(logs).toContain('"level":20');
      const queue = await dumped(served.env['DATABASE_URL'] ?? '', (name) => name !== 'public');
      const tables = await dumped(served.env['DATABASE_URL'] ?? '', (name) => name === 'public');
      const commands = told.join('');
      if (options.redisUrl !== null) expect(commands).toContain(served.env['QUEUE_PREFIX']);
      const kept = { ...secrets, SECRET_KEY: served.env['SECRET_KEY'] ?? '' };
      expect(
        findings(kept, {
          logs,
          queue,
          tables,
          commands,
          answers: answers.join(),
          errors: errors.join(),
        }),
      ).toEqual([]);
      expect(findings(payloads, { logs, queue, commands, errors: errors.join() })).toEqual([]);
      // It does see what is there.
      expect(findings(payloads, { tables })).toEqual(['payload in tables']);
    } finally {
      monitor.destroy();
      await served.stop();
    }
  });

  test('embedded', { timeout: 180_000 }, async () => {
    const folder = await makeDataFolder();
    const servers = createLauncher();
    const key = `nxk_${randomBytes(32).toString('base64url')}`;
    try {
      const server = await servers.start({
        env: {
          ...{ DATA_DIR: folder.path, BOOTSTRAP_API_KEY: key },
          ...{ LOG_LEVEL: 'trace', INITIAL_RETRY_DELAY: '0.2' },
        },
      });
      const { secrets, payloads, answers, errors } = await live(server, key);
      server.kill('SIGTERM');
      await server.waitForExit();
      const logs = server.stdout + server.stderr;
      expect(findings(secrets, { logs, answers: answers.join(), errors: errors.join() })).toEqual(
        [],
      );
      expect(findings(payloads, { logs, errors: errors.join() })).toEqual([]);
    } finally {
      await servers.killAll();
      await folder.remove();
    }
  });
});
