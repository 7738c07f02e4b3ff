#!/usr/bin/env node
// Prints every change of every delivery, live; takes up where it was after a reconnect.
//   KEY=nxs_… node examples/watch.mjs
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const url = process.env.URL ?? 'ws://127.0.0.1:4000/graphql';
let after = null;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${process.env.KEY}` },
  retryAttempts: 0,
});

const query = `subscription Watch($after: String) {
  deliveryUpdated(after: $after) {
    cursor status
    delivery { id attemptCount event { type eventId } webhook { name } }
  }
}`;

console.log(`watching ${url}`);
for (;;) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      if (errors) throw new Error(errors[0].message);
      const { cursor, status, delivery } = data.deliveryUpdated;
      after = cursor;
      console.log(status.padEnd(8), delivery.event.type, delivery.event.eventId, '→', delivery.webhook.name);
    }
  } catch (fault) {
    if (fault instanceof Error) throw fault;
    console.log(`connection closed (${fault?.code ?? 'lost'}); coming back`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
