#!/usr/bin/env node
// A receiver to try deliveries with: verifies, prints, answers 200. No library.
//   WEBHOOK_SECRET=whsec_… PORT=8080 node examples/receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.WEBHOOK_SECRET ?? '';
const host = process.env.HOST ?? '127.0.0.1';
const port = Number(process.env.PORT ?? 8080);

/** The brief's header: HMAC-SHA256 of the body's bytes under the whole secret, in hex. */
function isSigned(body, header) {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function answer(request, response) {
  if (request.method !== 'POST') return response.writeHead(405).end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (secret !== '' && !isSigned(body, request.headers['x-webhook-signature'])) {
    console.log('refused: the signature does not match');
    return response.writeHead(401).end('bad signature');
  }
  const { event_type, event_id, data } = JSON.parse(body.toString('utf8'));
  console.log(`${event_type} ${event_id} attempt ${request.headers['x-webhook-attempt']}`, data);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success"}');
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.log(`refused: ${error.message}`);
    response.writeHead(400).end('bad request');
  });
});
server.on('error', (error) => {
  console.error(`Cannot listen on ${host}:${port}: ${error.message}`);
  process.exit(1);
});
server.listen(port, host, () => {
  console.log(`listening on http://${host}:${server.address().port}/`);
  if (secret === '') console.log('WEBHOOK_SECRET is not set: signatures are not checked');
});
// As a container's first process it gets no signal that it does not ask for.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
