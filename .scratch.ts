import pg from 'pg'; import { pino } from 'pino'; import http from 'node:http';
import { migrate } from './server/database/migrations.ts'; import { openDatabase } from './server/database/open.ts';
import { openPostgresQueue } from './server/queue/open-postgres.ts'; import { openRedisQueue } from './server/queue/open-redis.ts';
import { createEventTrigger } from './server/events/trigger.ts'; import { startWorker } from './server/worker/worker.ts';
import { createHttpSender } from './server/worker/http-sender.ts'; import { createAddressRule } from './server/domain/address-rule.ts';
import { createTenant } from './server/access/tenants.ts'; import { createWebhookService } from './server/webhooks/service.ts'; import { createReachability } from './server/webhooks/reachability.ts';
import { readConfiguration } from './server/env.ts'; import { randomBytes } from 'node:crypto';
const logger = pino({ level: 'info' }, pino.destination(2));
const base = process.env.DATABASE_URL!; const name = 'scratch_' + Date.now(); const a = new pg.Client(base); await a.connect(); await a.query('create database ' + name); 
const u = new URL(base); u.pathname = '/' + name; const url = u.href;
await migrate(url, { logger }); const db = await openDatabase({ url, poolSize: 10, logger });
const { tenant } = await createTenant(db.prisma, 't'); const conf = readConfiguration({});
let count = 0; const rec = http.createServer((q, s) => { q.resume(); q.on('end', () => { count++; s.end('ok'); }); }).listen(0, '127.0.0.1'); await new Promise(r => rec.once('listening', r)); const port = (rec.address() as any).port;
const rule = createAddressRule(['127.0.0.0/8']); const secretKey = randomBytes(32);
const wh = createWebhookService({ prisma: db.prisma, secretKey, reachability: createReachability({ rule }), configuration: conf, logger, onDeleted: async () => {} });
const W = +(process.argv[3] ?? 1); for (let i = 0; i < W; i++) { const o = await wh.create(tenant.id, { name: 'w' + i, url: `http://127.0.0.1:${port}/h${i}`, eventTypes: ['user.created'] } as any); if (o.faults) console.log(o.faults); }
const queue = process.argv[2] === 'redis' ? await openRedisQueue({ url: process.env.RURL!, prefix: name, logger }) : await openPostgresQueue({ url, prefix: 'nexus', logger });
let ann = 0, annCalls = 0; const announcer = { announce(c: readonly any[]) { ann += c.length; annCalls++; } };
const orig = db.pool.query.bind(db.pool); const counts: Record<string, number> = {}; const times: Record<string, number> = {}; (db.pool as any).query = async (q: any, ...r: any[]) => { const k = q.name ?? String(q.text ?? q).slice(0, 40); counts[k] = (counts[k] ?? 0) + 1; const t = performance.now(); try { return await (orig as any)(q, ...r); } finally { times[k] = (times[k] ?? 0) + performance.now() - t; } };
const events = createEventTrigger({ pool: db.pool, announcer, producer: queue.producer, limits: conf.limits, logger });
const worker = await startWorker({ pool: db.pool, queue, announcer, sender: createHttpSender({ rule, httpsOnly: false }), secretKey, delivery: conf.delivery, isAlone: true, userAgent: 'x', logger });
const lat: number[] = [];
for (let i = 0; i < 20; i++) { const before = count; const t = performance.now(); await events.trigger(tenant.id, { type: 'user.created', payload: { i } }, ['input']); while (count < before + W) await new Promise(r => setTimeout(r, 1)); lat.push(performance.now() - t); await new Promise(r => setTimeout(r, 30)); }
console.log('latency ms', lat.map(x => x.toFixed(0)).join(' '));
for (const k in counts) delete counts[k]; for (const k in times) delete times[k];
const N = +(process.argv[4] ?? 1000); count = 0; let t0 = performance.now();
const o = await events.triggerBatch(tenant.id, Array.from({ length: Math.min(1000, N) }, (_, i) => ({ type: 'user.created', payload: { i, pad: 'x'.repeat(400) } })), ['input']); if (o.faults) console.log(o.faults);
console.log('batch triggered', (performance.now() - t0).toFixed(0));
while (count < Math.min(1000, N) * W) await new Promise(r => setTimeout(r, 2)); console.log('received', ((performance.now() - t0)).toFixed(0), 'ms');
for (;;) { const r = await orig(`select count(*)::int n from "Delivery" where status <> 'SUCCESS'`); if ((r.rows[0] as any).n === 0) break; await new Promise(r => setTimeout(r, 5)); }
console.log('all success', (performance.now() - t0).toFixed(0), 'ms', counts, Object.fromEntries(Object.entries(times).map(([k, v]) => [k, (v / counts[k]!).toFixed(1)])), 'ann', ann, annCalls);
count = 0; t0 = performance.now(); const M = 3000; let i = 0; for (const k in counts) delete counts[k]; for (const k in times) delete times[k];
await Promise.all(Array.from({ length: 100 }, async () => { while (i < M) { i++; await events.trigger(tenant.id, { type: 'user.created', payload: { i, pad: 'x'.repeat(400) } }, ['input']); } })); const ti = performance.now() - t0;
while (count < M * W) await new Promise(r => setTimeout(r, 2));
for (;;) { const r = await orig(`select count(*)::int n from "Delivery" where status <> 'SUCCESS'`); if ((r.rows[0] as any).n === 0) break; await new Promise(r => setTimeout(r, 5)); }
const tt = performance.now() - t0; console.log(M * W, 'deliveries: ingest', (M / ti * 1000).toFixed(0), '/s; all', (M * W / tt * 1000).toFixed(0), '/s', counts, Object.fromEntries(Object.entries(times).map(([k, v]) => [k, (v / counts[k]!).toFixed(1)])));
await worker.stop(); await events.drain(); await queue.close(); await db.close(); await a.query(`drop database ${name} with (force)`); process.exit(0);
