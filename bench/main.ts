import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

import { bareSocket, noopJobs, rawPost, typename, typenameOf } from './loads/baselines.ts';
import { DELIVER_LOADS, measureDeliver } from './loads/deliver.ts';
import { feedLoads, measureFeed } from './loads/feed.ts';
import { GROWTH_LOADS, measureGrowth } from './loads/growth.ts';
import { HALF_LOADS, measureHalf } from './loads/half.ts';
import { type Figures, rounded, summaryOf } from './figures.ts';
import { INGEST_LOADS, measureIngest } from './loads/ingest.ts';
import { LATENCY_LOADS, measureLatency } from './loads/latency.ts';
import { createProfiler } from './watch/profile.ts';
import { measureRecovery, RECOVERY_LOADS } from './loads/recovery.ts';
import { measureRetention, RETENTION_LOADS } from './loads/retention.ts';
import { measureSingle, SINGLE_LOADS } from './loads/single.ts';
import { type Kind, startStand } from './stand/stand.ts';
import { measureStatements, STATEMENTS_LOADS } from './loads/statements.ts';
import { createTracer } from './watch/trace.ts';

const USAGE = `npm run bench [-- WHAT…] [--quick] [--trace] [--profile] [--runs 5] [--seconds 10] [--kind KIND] [--rate N] [--webhooks N] [--workers N] [--batch N] [--sockets N] [--tenants N] [--deliveries N]

baseline  a second: requests of undici's request, bare Yoga, node:http and this server's { __typename };
          operations of bare graphql-ws; jobs of BullMQ that do nothing
single    one event a call, as fast as the calls are answered: deliveries a second, CPU of each
deliver   events in batches, from the first trigger to the last record: deliveries a second, CPU and WAL of each
ingest    batches of 100 events with no worker: events a second, beside bare inserts
latency   events at a rate: milliseconds from the trigger to its answer, its arrival and its record
feed      the same with sockets that follow: milliseconds from the trigger and from the change
half      at half of what it takes: milliseconds to the arrival and to the feed, and the memory that
          it holds: --seconds 600 for ten minutes
growth    with 10 thousand, 1 million and 10 million deliveries: delivering, lists, stats
recovery  an outage brought back while new events go on: how fast, what those feel of it, and memory
retention  what new events feel while millions of old deliveries are deleted, by turns
statements  of a delivery's way, one connection: PostgreSQL's microseconds of CPU and bytes of WAL a delivery

Without WHAT: baseline, single and latency; their medians go to bench/results/latest.json.
KIND is embedded, served (API and worker on PostgreSQL and Redis), postgres (on PostgreSQL alone) or
replicas (two processes that each do both, on PostgreSQL and Redis).
--trace tells how long each step took, from the trigger to the record.
--profile tells where the CPU time of the product's processes went, and PostgreSQL's by statement.
--quick is one short run of each, to see that it works: its figures mean nothing.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    kind: { type: 'string' },
    rate: { type: 'string' },
    webhooks: { type: 'string' },
    batch: { type: 'string' },
    workers: { type: 'string' },
    sockets: { type: 'string' },
    tenants: { type: 'string' },
    deliveries: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const watchers = [
  ...(values.profile ? [await createProfiler()] : []),
  ...(values.trace ? [await createTracer()] : []),
];
const [watcher] = watchers;
const watched = watcher === undefined ? {} : { env: watcher.env, showsStatements: values.profile };

/** One thing to measure, again and again. */
interface Measured {
  what: string;
  load: object;
  measure(seconds: number): Promise<Figures>;
}

const QUICK_LOADS = 2;
const KINDS = new Set<string | undefined>(['embedded', 'served', 'postgres', 'replicas']);
const isKind = (text: string | undefined): text is Kind => KINDS.has(text);
const wanted = positionals.length === 0 ? ['baseline', 'single', 'latency'] : positionals;
const runs = Number(values.runs ?? (values.quick ? 1 : 5));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 10));
const kindGiven = isKind(values.kind) ? values.kind : null;

/** Those of the usual loads that were asked for; a new one where none is like that. */
function loadsOf<Load extends object>(
  usual: readonly Load[],
  asked: { [Name in keyof Load]?: Load[Name] | undefined },
): Load[] {
  const entries = Object.entries(asked).filter(([, value]) => value !== undefined);
  const fitting = usual.filter((load) => {
    const own = new Map<string, unknown>(Object.entries(load));
    return entries.every(([name, value]) => own.get(name) === value);
  });
  const [first] = usual;
  if (fitting.length > 0 || first === undefined) return fitting;
  return [{ ...first, ...Object.fromEntries(entries) }];
}

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const kind = kindGiven ?? undefined;

function measuredOf(what: string): Measured[] {
  const webhooks = numberOf(values.webhooks);
  const rate = numberOf(values.rate);
  /** What there is of these loads to measure. */
  function each<Load extends object>(
    loads: readonly Load[],
    measure: (load: Load, seconds: number, options: typeof watched) => Promise<Figures>,
  ): Measured[] {
    return loads.map((load) => ({
      what,
      load,
      measure: (duration) => measure(load, duration, watched),
    }));
  }
  switch (what) {
    case 'baseline':
      return [{ what, load: {}, measure: measureBaseline }];
    case 'single':
      return each(loadsOf(SINGLE_LOADS, { kind, webhooks }), measureSingle);
    case 'latency':
      return each(loadsOf(LATENCY_LOADS, { kind, rate }), measureLatency);
    case 'deliver': {
      const asked = { kind, webhooks, workers: numberOf(values.workers) };
      return each(loadsOf(DELIVER_LOADS, asked), measureDeliver);
    }
    case 'half':
      return each(loadsOf(HALF_LOADS, { kind, webhooks }), measureHalf);
    case 'growth': {
      const asked = { kind, deliveries: numberOf(values.deliveries) };
      return each(loadsOf(GROWTH_LOADS, asked), measureGrowth);
    }
    case 'ingest':
      return each(loadsOf(INGEST_LOADS, { kind, webhooks }), measureIngest);
    case 'statements': {
      const asked = { webhooks, batch: numberOf(values.batch) };
      return each(loadsOf(STATEMENTS_LOADS, asked), measureStatements);
    }
    case 'recovery': {
      const asked = { kind, rate, deliveries: numberOf(values.deliveries) };
      return each(loadsOf(RECOVERY_LOADS, asked), measureRecovery);
    }
    case 'retention': {
      const asked = { kind, rate, deliveries: numberOf(values.deliveries) };
      return each(loadsOf(RETENTION_LOADS, asked), measureRetention);
    }
    case 'feed': {
      const { sockets, tenants } = values;
      const asked = { rate, sockets: numberOf(sockets), tenants: numberOf(tenants) };
      return each(loadsOf(feedLoads(kind ?? 'embedded'), asked), measureFeed);
    }
    default:
      throw new Error(USAGE);
  }
}

async function measureBaseline(duration: number): Promise<Figures> {
  const short = Math.min(3, duration);
  const [raw, yoga, node] = [
    await rawPost(short),
    await typename('yoga', short),
    await typename('node', short),
  ];
  const [socket, jobs] = [await bareSocket(short), await noopJobs(short)];
  const stand = await startStand({ kind: 'embedded' });
  const own = await typenameOf(stand.address, short);
  await stand.stop();
  return {
    'raw POST/s': raw,
    'bare Yoga/s': yoga,
    'node:http/s': node,
    'own { __typename }/s': own,
    'bare graphql-ws/s': socket,
    'BullMQ no-op jobs/s': jobs,
  };
}

if (values.help || (values.kind !== undefined && kindGiven === null)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 1);
}
const all = wanted.flatMap((what) => {
  const measured = measuredOf(what);
  return values.quick ? measured.slice(0, QUICK_LOADS) : measured;
});
const figures = all.map((): Figures[] => []);
// They take turns: what slows the machine down for a while slows them all.
for (let run = 0; run < runs; run += 1) {
  for (const [index, { what, load, measure }] of all.entries()) {
    const measured = await measure(seconds);
    figures[index]?.push(measured);
    console.log(JSON.stringify({ run, what, ...load, ...rounded(measured) }));
  }
}
const results = all.map(({ what, load }, index) => {
  const { medians, spread } = summaryOf(figures[index] ?? []);
  return { what, ...load, medians: rounded(medians), spread: rounded(spread) };
});
for (const what of new Set(wanted)) {
  console.table(
    results
      .filter((each) => each.what === what)
      .map(({ what: _what, medians, spread: _spread, ...load }) => ({ ...load, ...medians })),
  );
}
if (!values.quick && positionals.length === 0) {
  const machine = {
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ machine, runs, seconds, results }, null, 2);
  await writeFile(new URL('latest.json', folder), `${text}\n`);
}
await watcher?.print();
process.exit(0);
