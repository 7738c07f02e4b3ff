import pg from 'pg';
import { eventListQuery } from '/work/main/server/events/list.ts';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL!.replace('/postgres','/helper_reading'), max: 1 });
const T='00000000-0000-7000-8000-000000000001';
const { rows: es } = await pool.query(`select id, g, ts from gen_e where t=1 order by g`);
const mid = es[80000];
const cases: Record<string, any> = { none:{}, ty:{types:['type.2','type.23']}, rare:{types:['nix']}, id:{eventId:'ev-'+mid.g}, idty:{eventId:'ev-'+mid.g,types:['type.1']}, time:{createdAt:{from:mid.ts.getTime()-60000,to:mid.ts.getTime()}}};
for (const [name,filter] of Object.entries(cases)) for (const backwards of [false,true]) {
  const q = eventListQuery({tenantId:T, filter, page:{limit:100,backwards}});
  const { rows } = await pool.query({text:'EXPLAIN (ANALYZE, BUFFERS, COSTS) '+q.text, values:q.values});
  const plan = rows.map(r=>r['QUERY PLAN']).join('\n');
  console.log(name, backwards?'back':'fwd', plan.match(/Execution Time.*/)?.[0], /Seq Scan on "/.test(plan)?'BAD':'', [...new Set(plan.match(/using "?\w+"?/g))].join(','));
}
await pool.end();
