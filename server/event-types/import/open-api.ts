import { cutText } from '../../domain/cut-text.ts';
import { invalid, type Path } from '../../domain/input-rules.ts';
import { valueAt } from '../../domain/json/json-pointer.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';
import { createSchemaBundler } from './bundled-schema.ts';
import type { ListedType } from './listed-types.ts';

/** The one that sends a webhook stands first: others are read where it is not there. */
const METHODS = ['post', 'put', 'patch', 'delete', 'get'];

/**
 * The event types that an OpenAPI document describes under `webhooks` (OpenAPI 3.1, section 4.8.1):
 * the key is the name, and the request's JSON body the payload.
 */
export function openApiTypes(document: JsonObject, path: Path): Outcome<ListedType[]> {
  const version = document['openapi'];
  if (typeof version !== 'string' || !/^3\.[1-9]/.test(version)) {
    const named = cutText(String(version ?? document['swagger']), 20);
    const message = `Webhooks came with OpenAPI 3.1; this document says ${named}.`;
    return { faults: [invalid([...path, 'openapi'], message)] };
  }
  const webhooks = document['webhooks'];
  if (!isJsonObject(webhooks)) {
    const message = 'The document describes no webhooks: event types are read from there.';
    return { faults: [invalid([...path, 'webhooks'], message)] };
  }
  const bundle = createSchemaBundler(document);
  const faults: UserFault[] = [];
  const types = Object.entries(webhooks).flatMap(([name, item]) => {
    const place = [...path, 'webhooks', name];
    const read = typeOf(document, item);
    if (typeof read === 'string') {
      faults.push(invalid(place, read));
      return [];
    }
    const { schema, ...rest } = read;
    return [
      { name, path: place, ...rest, ...(schema !== undefined && { schema: bundle(schema) }) },
    ];
  });
  return faults.length > 0 ? { faults } : { value: types };
}

type Described = Omit<ListedType, 'name' | 'path'>;

/** What a webhook's path item says of its type, or what is wrong with it. */
function typeOf(document: JsonObject, given: unknown): Described | string {
  const item = followed(document, given);
  if (!isJsonObject(item)) return 'A webhook is a path item, or a $ref to one in this document.';
  const operation = METHODS.map((method) => item[method]).find(isJsonObject);
  if (operation === undefined) return 'It has no operation: describe its POST.';
  const body = followed(document, operation['requestBody']);
  if (operation['requestBody'] !== undefined && body === undefined) {
    return 'The $ref of its requestBody leads nowhere in this document.';
  }
  const media = isJsonObject(body) ? jsonOf(body['content']) : undefined;
  const texts = [operation['description'], operation['summary'], item['description']];
  const description = texts.find((text): text is string => typeof text === 'string' && text !== '');
  const tags = operation['tags'];
  const [tag]: unknown[] = Array.isArray(tags) ? tags : [];
  const isDeprecated = operation['deprecated'];
  const sample = media === undefined ? undefined : exampleIn(document, media);
  return {
    ...(typeof tag === 'string' && { group: tag }),
    ...(description !== undefined && { description }),
    ...(sample !== undefined && { sample }),
    ...(media?.['schema'] !== undefined && { schema: media['schema'] }),
    ...(typeof isDeprecated === 'boolean' && { isDeprecated }),
  };
}

/** What of a body's `content` is JSON. */
function jsonOf(content: unknown): JsonObject | undefined {
  if (!isJsonObject(content)) return undefined;
  const type = Object.keys(content).find((name) =>
    /^application\/(?:[\w.-]+\+)?json\b/i.test(name),
  );
  const media = type === undefined ? undefined : content[type];
  return isJsonObject(media) ? media : undefined;
}

function exampleIn(document: JsonObject, media: JsonObject): unknown {
  if ('example' in media) return media['example'];
  const examples = media['examples'];
  if (!isJsonObject(examples)) return undefined;
  const first = followed(document, Object.values(examples)[0]);
  return isJsonObject(first) ? first['value'] : undefined;
}

/** References that lead to references: more than this is a loop. */
const MOST_HOPS = 10;

/** What a `$ref` leads to in the document, or the value itself; undefined where it leads nowhere. */
function followed(document: JsonObject, given: unknown): unknown {
  let value = given;
  for (let hop = 0; isJsonObject(value) && typeof value['$ref'] === 'string'; hop += 1) {
    const reference = value['$ref'];
    if (hop === MOST_HOPS || !reference.startsWith('#/')) return undefined;
    value = valueAt(document, reference);
  }
  return value;
}
