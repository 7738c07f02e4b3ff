import { openPool } from './server/database/pool.ts';
import { countDeliveries } from './server/deliveries/stats/counts.ts';
const pool = openPool({ url: process.env.DATABASE_URL!.replace('/postgres','/helper_reading'), poolSize: 2 });
const T='00000000-0000-7000-8000-000000000001';
const now = Date.parse((await pool.query(`select max("createdAt") m from "Delivery"`)).rows[0].m);
const range = { from: now-86_400_000*7+12345, to: now-1234, countTo: now-1234 };
const fake: any = { query: async (q: any) => { const r = await pool.query({ text: 'EXPLAIN (ANALYZE, BUFFERS) '+q.text, values: q.values }); console.log(r.rows.map((x:any)=>x['QUERY PLAN']).join('\n')); return {rows:[]}; } };
await countDeliveries(fake, T, null, range);
await pool.end();
