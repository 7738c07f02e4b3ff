#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which the CLI downloads from a host of its own: behind
 * a closed network the download fails, and every `prisma migrate` command with it. prisma.config.ts
 * names this file as the engine. It takes the same arguments and speaks the same JSON-RPC, one line
 * a message, over the WebAssembly build of the engine (an npm package) and the driver adapter for pg.
 *
 * Needs its run bit: the CLI starts it as a program. Server code never does; migrations at start
 * are server/database/migrations.ts.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
});
const { url } = JSON.parse(values.datasource ?? '{}');
const schema = url ? (new URL(url).searchParams.get('schema') ?? undefined) : undefined;

/** Prisma's own codes for what keeps PostgreSQL from taking a connection. */
const PRISMA_CODES = { '3D000': 'P1003', ECONNREFUSED: 'P1001', '28P01': 'P1000' };

/** Our own requests to the CLI are numbered from here, out of the way of its own. */
const PRINT_IDS = 1_000_000;

/** The type numbers of PostgreSQL's `"char"` and `text`. */
const CHAR = 18;
const TEXT = 25;

/** The adapter can't decode the catalogue's `"char"` columns: they are presented to it as text. */
class Pool extends pg.Pool {
  async query(...args) {
    const result = await super.query(...args);
    for (const field of result?.fields ?? [])
      if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
    return result;
  }
}

/**
 * The adapter splits a script at every semicolon, those in function bodies, comments and strings
 * too. Sent whole, PostgreSQL splits it itself, and runs it as one transaction.
 */
function sendScriptsWhole(adapter) {
  adapter.executeScript = async (sql) => {
    try {
      await adapter.underlyingDriver().query(sql);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

class Adapters extends PrismaPg {
  async connect() {
    return sendScriptsWhole(await super.connect());
  }

  /**
   * The adapter's own one keeps the connection string, before which pg ignores the name of the
   * shadow database: the script would run on the main database. It also drops before it closes.
   */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const main = new pg.Client({ connectionString: url });
    await main.connect();
    await main.query(`CREATE DATABASE "${name}"`);

    const address = new URL(url);
    address.pathname = `/${name}`;
    const pool = new Pool({ connectionString: address.href, max: 1 });
    const shadow = new PrismaPg(pool, { schema, disposeExternalPool: true });
    const adapter = sendScriptsWhole(await shadow.connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await main.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await main.end();
    };
    return adapter;
  }
}

if (positionals[0] === 'cli') await runDatabaseCommand(positionals[1]);
else await serve();

// The engine's second way of being called: `schema-engine cli <command>`, one command a process.

/** @param {string} command can-connect-to-database, create-database or drop-database */
async function runDatabaseCommand(command) {
  const address = new URL(url);
  const database = pg.escapeIdentifier(decodeURIComponent(address.pathname.slice(1)));
  const statement = {
    'can-connect-to-database': 'SELECT 1',
    'create-database': `CREATE DATABASE ${database}`,
    'drop-database': `DROP DATABASE IF EXISTS ${database}`,
  }[command];
  // A database can neither be made nor be dropped from inside.
  if (command !== 'can-connect-to-database') address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href });
  try {
    if (!statement) throw new Error(`schema-engine.mjs does not know the command ${command}`);
    await client.connect();
    await client.query(statement);
    await client.end();
  } catch (error) {
    reportFault(error);
    process.exit(1);
  }
}

/** The CLI looks for a fault in the engine's log, on standard error. */
function reportFault(error) {
  const fields = {
    error_code: PRISMA_CODES[error.code] ?? 'P1011',
    message: error.message || String(error.code),
    is_panic: false,
  };
  const timestamp = new Date().toISOString();
  const line = { timestamp, level: 'ERROR', target: 'schema_engine::logger', fields };
  process.stderr.write(`\n${JSON.stringify(line)}\n`);
}

// The usual way: requests on standard input, answered in order, until it closes.

async function serve() {
  await loadWebAssembly();
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    // Without a method it is the CLI's answer to a "print" of ours.
    if (!request.method) continue;
    try {
      engine ??= await startEngine();
      await answer(engine, request);
    } catch (error) {
      send({ id: request.id, error: describe(error) });
    }
  }
  process.exit(0);
}

async function loadWebAssembly() {
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const binary = readFileSync(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const imports = { './schema_engine_bg.js': glue };
  const { instance } = await WebAssembly.instantiate(binary, imports);
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

function startEngine() {
  const pool = new Pool({ connectionString: url, max: 1 });
  const adapters = bindMigrationAwareSqlAdapterFactory(new Adapters(pool, { schema }));
  const datamodels = values.datamodels?.map((path) => [path, readFileSync(path, 'utf8')]);
  return glue.SchemaEngine.new({ datamodels }, () => undefined, adapters);
}

async function answer(engine, { id, method, params }) {
process.stderr.write('RPC '+method+' '+JSON.stringify(params).replace(/"content":"[^"]*(\\.[^"]*)*"/g,'C')+'\n'+process.argv.slice(2).join(' ').slice(0,600));
  const name = method === 'getDatabaseVersion' ? 'version' : method;
  if (typeof engine[name] !== 'function') {
    throw new Error(`schema-engine.mjs does not know the method ${method}`);
  }
  const result = (await engine[name](params ?? {})) ?? null;
process.stderr.write('RES '+JSON.stringify(result)+'\n');
  // The native engine prints a diff by way of the CLI; this one hands it back.
  if (method === 'diff' && typeof result?.stdout === 'string') {
    send({ id: PRINT_IDS + id, method: 'print', params: { content: result.stdout } });
  }
  send({ id, result });
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function describe(error) {
  return {
    code: 4466,
    message: 'An error happened. Check the data field for details.',
    data: {
      is_panic: false,
      message: error?.message ?? String(error),
      meta: error?.meta ?? null,
      error_code: error?.code ?? null,
    },
  };
}
