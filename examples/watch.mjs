#!/usr/bin/env node
// Prints every change of every delivery, live; takes up where it was after a reconnect.
//   KEY=nxs_… node examples/watch.mjs
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const url = process.env.URL ?? 'ws://127.0.0.1:4000/graphql';
const key = process.env.KEY;
if (!key) {
  console.error('Give an API key: KEY=nxs_… node examples/watch.mjs');
  process.exit(1);
}

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${key}` },
  retryAttempts: 0,
});

// Where the feed stands now: with it, nothing is missed from here on.
const START = '{ deliveries(first: 1) { feedCursor } }';
const WATCH = `subscription Watch($after: String) {
  deliveryUpdated(after: $after) {
    cursor status
    delivery { id attemptCount event { type eventId } webhook { name } }
  }
}`;

async function* results(query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors) throw errors;
    yield data;
  }
}

let after = null;

async function watch() {
  if (after === null) {
    for await (const { deliveries } of results(START)) after = deliveries.feedCursor;
    console.log(`watching ${url}`);
  }
  for await (const { deliveryUpdated } of results(WATCH, { after })) {
    const { cursor, status, delivery } = deliveryUpdated;
    after = cursor;
    const { event, webhook } = delivery;
    console.log(status.padEnd(8), event.type, event.eventId, '→', webhook.name);
  }
}

/** What to do after a fault: come back, begin anew where the cursor is too old, or give up. */
function judge(fault) {
  if (Array.isArray(fault)) {
    const [{ message, extensions }] = fault;
    if (extensions?.code === 'CURSOR_EXPIRED') {
      console.log('away for more than 24 hours: beginning anew');
      after = null;
      return;
    }
    const passes = ['SERVICE_UNAVAILABLE', 'RATE_LIMITED'].includes(extensions?.code);
    if (passes) return console.log(`${message} Coming back`);
    console.error(message);
    process.exit(1);
  }
  if (fault?.code === 4403) {
    console.error('The server does not take this key.');
    process.exit(1);
  }
  console.log(`connection lost (${fault?.code ?? fault?.message ?? 'unknown'}); coming back`);
}

for (;;) {
  await watch().catch(judge);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
