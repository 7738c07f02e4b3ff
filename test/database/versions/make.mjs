#!/usr/bin/env node
// Makes the dump of a version's database: runs that version for a while, kills it in the middle of its
// work, and writes down all rows.
//
//   DATABASE_URL=… node test/database/versions/make.mjs CHECKOUT > test/database/versions/MIGRATION.sql
//
// CHECKOUT is the project at that version, with its packages and its Prisma client; the database is
// empty and is used up. MIGRATION is the version's last one.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import pg from 'pg';

const SECRET_KEY = Buffer.alloc(32, 'of the dumps').toString('base64');
const KEY = 'the-key-of-the-dumps-of-all-versions';
const url = process.env['DATABASE_URL'];
const [checkout] = process.argv.slice(2);

async function until(probe) {
  for (;;) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** One path answers, one fails, one hangs. */
let hanging = 0;
const receiver = createServer((request, response) => {
  request.resume().once('end', () => {
    if (request.url === '/hangs') hanging += 1;
    else response.writeHead(request.url === '/fails' ? 500 : 200).end();
  });
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${receiver.address().port}`;

const server = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
  cwd: checkout,
  env: {
    PATH: process.env['PATH'],
    DATABASE_URL: url,
    SECRET_KEY,
    BOOTSTRAP_API_KEY: KEY,
    PORT: '0',
    DELIVERY_ALLOWED_CIDRS: '127.0.0.0/8',
    DELIVERY_HTTPS_ONLY: 'false',
    INITIAL_RETRY_DELAY: '86400',
    LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
server.once('exit', (code) => {
  if (code !== null) process.exit(1);
});
let banner = '';
server.stdout.setEncoding('utf8').on('data', (text) => (banner += text));
const address = await until(() => /Address +(http:\/\/[^\s/]+)/.exec(banner)?.[1]);

async function ask(query, variables) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

for (const name of ['answers', 'fails', 'hangs']) {
  const input = { name, url: `${origin}/${name}`, eventTypes: ['user.created'] };
  const { webhookCreate } = await ask(
    `mutation ($input: WebhookCreateInput!) {
       webhookCreate(input: $input) { webhook { id } userErrors { message } }
     }`,
    { input: { ...input, headers: [{ name: 'X-Token', value: `of ${name}`, isSecret: true }] } },
  );
  if (webhookCreate.webhook === null) throw new Error(JSON.stringify(webhookCreate));
}
for (const n of [1, 2, 3]) {
  const input = { type: 'user.created', eventId: `event-${n}`, payload: { n } };
  await ask(
    `mutation ($input: EventTriggerInput!) { eventTrigger(input: $input) { webhooksNotified } }`,
    { input },
  );
}
await until(async () => {
  const { deliveries } = await ask('{ deliveries(first: 100) { nodes { status } } }');
  const count = (status) => deliveries.nodes.filter((each) => each.status === status).length;
  return count('SUCCESS') === 3 && count('RETRYING') === 3 && hanging === 3;
});
server.kill('SIGKILL');
await new Promise((resolve) => server.once('exit', resolve));
receiver.closeAllConnections();
receiver.close();

const client = new pg.Client({ connectionString: url });
await client.connect();
const { rows: tables } = await client.query(
  `SELECT c.table_name AS name, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
   FROM information_schema.columns c JOIN pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name
   WHERE c.table_schema = 'public' AND c.is_generated = 'NEVER' AND c.table_name <> '_prisma_migrations'
   GROUP BY 1 ORDER BY 1`,
);
for (const { name, columns } of tables) {
  const quoted = columns.map((column) => pg.escapeIdentifier(column));
  const { rows } = await client.query(
    `SELECT concat_ws(', ', ${quoted.map((each) => `quote_nullable(${each}::text)`).join(', ')}) AS row
     FROM ${pg.escapeIdentifier(name)} ORDER BY 1`,
  );
  const into = `INSERT INTO ${pg.escapeIdentifier(name)} (${quoted.join(', ')})`;
  for (const { row } of rows) process.stdout.write(`${into} VALUES (${row});\n`);
}
const { rows: sequences } = await client.query(
  `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS last
   FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY 1`,
);
for (const { name, last } of sequences) {
  process.stdout.write(`SELECT setval(${pg.escapeLiteral(name)}, ${last});\n`);
}
await client.end();
