#!/usr/bin/env node
// Writes TypeScript types of the payloads of a tenant's event types, from their schemas, so that a
// platform's own code is checked: npm run types:generate -- --out FILE
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compile } from 'json-schema-to-typescript';

const USAGE = `npm run types:generate -- --out FILE [--url URL]

Asks the server at URL (http://127.0.0.1:4000) for the event types of a tenant and writes types of their
payloads. NEXUS_API_KEY is a key of the tenant, of whatever role.`;

const HEADER = `// Written by npm run types:generate from the event types' schemas. Don't edit it.\n`;
const QUERY = `{ eventTypes(includeDeprecated: true) { name description schema deprecatedAt } }`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    url: { type: 'string', default: 'http://127.0.0.1:4000' },
    help: { type: 'boolean', default: false },
  },
});
const apiKey = process.env['NEXUS_API_KEY'] ?? '';
if (values.help || values.out === undefined || apiKey === '') {
  console.error(USAGE);
  process.exit(values.help ? 0 : 1);
}

const types = await findEventTypes();
const identifiers = identifiersOf(types.map(({ name }) => name));
const parts = [];
for (const type of types) parts.push(await namespaceOf(type));
await writeFile(values.out, `${HEADER}\n${parts.filter(Boolean).join('\n')}\n${payloads(types)}`);
const withSchema = types.filter(({ schema }) => schema !== null).length;
console.log(`${values.out}: ${types.length} event types, ${withSchema} of them with a schema.`);

async function findEventTypes() {
  const answer = await fetch(new URL('/graphql', values.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data, errors } = await answer.json();
  if (data?.eventTypes) return data.eventTypes;
  console.error(`The server said: ${errors?.[0]?.message ?? `status ${answer.status}`}`);
  process.exit(1);
}

/** One for each type: what their schemas call alike is not the same. */
async function namespaceOf({ name, schema }) {
  if (schema === null) return null;
  const { $id: _name, title: _title, ...unnamed } = schema;
  const text = await compile(unnamed, 'Payload', {
    bannerComment: '',
    // Nothing is fetched: a schema stands alone.
    $refOptions: { resolve: { external: false } },
    unknownAny: true,
  });
  return `export namespace ${identifiers.get(name)} {\n${text.replaceAll(/^(?=.)/gm, '  ')}}\n`;
}

function payloads(all) {
  const fields = all.map(({ name, description, schema, deprecatedAt }) => {
    const notes = [description, deprecatedAt === null ? null : '@deprecated'].filter(Boolean);
    const comment =
      notes.length === 0 ? '' : `  /** ${notes.join(' ').replaceAll('*/', '* /')} */\n`;
    const type = schema === null ? 'unknown' : `${identifiers.get(name)}.Payload`;
    return `${comment}  ${JSON.stringify(name)}: ${type};\n`;
  });
  return `/** The payload of each event type, by its name. */
export interface EventPayloads {
${fields.join('')}}

/** The name of an event type. */
export type EventTypeName = keyof EventPayloads;
`;
}

/** `order.item-added`: order_item_added. Of two names that would be the same, the second is numbered. */
function identifiersOf(names) {
  const taken = new Map();
  for (const name of names) {
    const plain = name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
    let identifier = plain;
    for (let n = 2; [...taken.values()].includes(identifier); n += 1) identifier = `${plain}_${n}`;
    taken.set(name, identifier);
  }
  return taken;
}
