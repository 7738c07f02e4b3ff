import { openPool } from './server/database/pool.ts';
import { foldRollups } from './server/deliveries/rollup-fold.ts';
const pool = openPool({ url: process.env.DATABASE_URL!.replace('/postgres','/helper_reading'), poolSize: 2 });
const T='00000000-0000-7000-8000-000000000001';
for (let i=0;i<4;i++) {
await pool.query(`INSERT INTO "DeliveryRollupDelta" ("tenantId","webhookId",minute,total,success,failed,waiting,latencies) SELECT '${T}',(select id from gen_w where n=g%50*3),date_trunc('minute',now() - (g%2)*interval '1 minute','UTC'),0,2,0,0,ARRAY[g%40,60] FROM generate_series(1,4000) g`);
const t=performance.now(); console.log(await foldRollups(pool),(performance.now()-t).toFixed());}
await pool.query(`delete from "DeliveryRollup" where start > now() - interval '3 minutes' and level='MINUTE'`);
await pool.end();
