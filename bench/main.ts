import { parseArgs } from 'node:util';

import { benchFeed, USUAL_LOADS } from './feed.ts';

const USAGE = `npm run bench -- feed [--rate 200 --sockets 1 --tenants 1] [--runs 5] [--seconds 10]

feed   how soon deliveries arrive and the live feed tells of them, in milliseconds from the trigger;
       without --rate and --sockets, seven loads from idle to 1,000 events a second.

The server runs embedded or, where they are set, on REDIS_URL and in a new database on the server of DATABASE_URL.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    sockets: { type: 'string' },
    tenants: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
  },
});
if (positionals[0] === 'feed') {
  const { rate, sockets, tenants } = values;
  await benchFeed({
    loads:
      rate === undefined && sockets === undefined
        ? USUAL_LOADS
        : [{ rate: Number(rate ?? 200), sockets: Number(sockets ?? 1), tenants: Number(tenants) }],
    runs: Number(values.runs),
    seconds: Number(values.seconds),
  });
  process.exit(0);
}
console.log(USAGE);
process.exitCode = 1;
