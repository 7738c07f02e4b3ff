import pg from 'pg';
import { deliveryListQuery } from '/work/main/server/deliveries/list.ts';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL!.replace('/postgres','/helper_reading'), max: 1 });
const T='00000000-0000-7000-8000-000000000001';
const { rows: ws } = await pool.query(`select id, n from gen_w where t=1 order by n`);
const { rows: es } = await pool.query(`select id, g, ts from gen_e where t=1 order by g`);
const mid = es[80000];
const w = (a:number,b:number)=>ws.slice(a,b).map(r=>r.id);
const cases: Record<string, any> = {
 none: {}, status: {statuses:['FAILED']}, sending:{statuses:['SENDING']}, wh: {webhookIds:w(0,1)}, rarewh:{webhookIds:w(99,100)}, wh50:{webhookIds:w(0,50)}, wh100status:{webhookIds:w(0,100),statuses:['FAILED','RETRYING']},
 et:{eventTypes:['type.0','type.3']}, etall:{eventTypes:Array.from({length:24},(_, i)=>'type.'+i)}, etnone:{eventTypes:['nix']}, etst:{eventTypes:['type.23'],statuses:['RETRYING']},
 whet:{webhookIds:w(0,1),eventTypes:['type.23']}, whnone:{webhookIds:w(0,1),eventTypes:['nix']}, event:{eventId:'ev-'+mid.g}, test:{isTest:true}, nottest:{isTest:false}, testwh:{isTest:true,webhookIds:w(0,1)}, nottestet:{isTest:false,eventTypes:['type.3']},
 time:{createdAt:{from:new Date(mid.ts.getTime()-60000),to:mid.ts}}, timewh:{createdAt:{from:new Date(mid.ts.getTime()-60000),to:mid.ts},webhookIds:w(0,3)},
 deep:{_after:true},
};
for (const [name,f] of Object.entries(cases)) for (const backwards of [false,true]) {
  const {_after, ...filter} = f;
  const page:any = {limit:100, backwards}; if (_after) { const {rows} = await pool.query(`select id from "Delivery" where "eventRef"=$1 limit 1`,[mid.id]); page[backwards?'before':'after']=rows[0].id; }
  const q = deliveryListQuery({tenantId:T, filter, page});
  const { rows } = await pool.query({text:'EXPLAIN (ANALYZE, BUFFERS, COSTS) '+q.text, values:q.values});
  const plan = rows.map(r=>r['QUERY PLAN']).join('\n');
  const bad = /Seq Scan on "(Delivery|Event)"/.test(plan) || /external/.test(plan);
  console.log(name, backwards?'back':'fwd', plan.match(/Execution Time.*/)?.[0], plan.match(/Planning Time.*/)?.[0], bad?'BAD':'', [...new Set(plan.match(/using "?\w+"?/g))].join(','));
  if (bad || process.argv[2]===name) console.log(plan);
}
await pool.end();
