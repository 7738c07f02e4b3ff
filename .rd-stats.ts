import pg from 'pg';
import { foldRollups } from './server/deliveries/rollup-fold.ts';
import { countDeliveries } from './server/deliveries/stats/counts.ts';
import { latencyHistograms } from './server/deliveries/stats/latency.ts';
import { countByInterval } from './server/deliveries/stats/trend.ts';
import { topFailingWebhooks } from './server/deliveries/stats/top-failing.ts';
import { openPool } from './server/database/pool.ts';
const pool = openPool({ url: process.env.DATABASE_URL!.replace('/postgres','/helper_reading'), poolSize: 2 });
const T='00000000-0000-7000-8000-000000000001';
if (process.argv[2]) {
 await pool.query(`truncate "DeliveryRollup","DeliveryRollupDelta"`);
 await pool.query(`INSERT INTO "DeliveryRollupDelta" ("tenantId","webhookId",minute,total,success,failed,waiting,latencies)
 SELECT "tenantId","webhookId",date_trunc('minute',"createdAt",'UTC'),count(*),count(*) filter (where status='SUCCESS'),count(*) filter (where status='FAILED'),count(*) filter (where status in ('SENDING','RETRYING') and "attemptCount">0),
 coalesce(array_agg(latency_bucket(extract(epoch from "completedAt"-"createdAt")::float8*1000)) filter (where status='SUCCESS'),'{}') FROM "Delivery" WHERE NOT "isTest" GROUP BY 1,2,3`);
 let t=performance.now(), n=0, m; while((m=await foldRollups(pool))>0){ n+=m; console.log('fold',m,(performance.now()-t).toFixed()); t=performance.now(); }
}
const { rows: ws } = await pool.query(`select id from gen_w where t=1 order by n`);
const ids = ws.map(r=>r.id);
const now = Date.parse((await pool.query(`select max("createdAt") m from "Delivery"`)).rows[0].m);
const range = { from: now-86_400_000*7+12345, to: now-1234, countTo: now-1234 };
async function time(name: string, f: ()=>Promise<any>) { await f(); const t=performance.now(); const r=await f(); console.log(name, (performance.now()-t).toFixed(1),'ms', r.size ?? r.length); }
await time('counts tenant', ()=>countDeliveries(pool,T,null,range));
await time('counts 100 webhooks', ()=>countDeliveries(pool,T,ids,range));
await time('latency tenant', ()=>latencyHistograms(pool,T,null,range));
await time('latency 100', ()=>latencyHistograms(pool,T,ids,range));
await time('trend minute', ()=>countByInterval(pool,T,null,{from:now-1000*60_000,to:now,countTo:now},'MINUTE'));
await time('trend hour', ()=>countByInterval(pool,T,null,range,'HOUR'));
await time('top', ()=>topFailingWebhooks(pool,T,range,10));
await pool.end();
