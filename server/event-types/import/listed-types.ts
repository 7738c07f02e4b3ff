import { cutText } from '../../domain/cut-text.ts';
import { invalid, type Path } from '../../domain/input-rules.ts';
import type { Outcome, UserFault } from '../../domain/user-fault.ts';
import type { PayloadValidation } from '../../generated/prisma/client.ts';
import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';
import { openApiTypes } from './open-api.ts';

/** An event type as a document has it; what it does not say is undefined. */
export interface ListedType {
  name: string;
  /** Where it stands. */
  path: Path;
  group?: string | undefined;
  /** Null: none. */
  description?: string | null | undefined;
  sample?: unknown;
  /** Null: none. */
  schema?: unknown;
  validation?: PayloadValidation | undefined;
  isDeprecated?: boolean | undefined;
}

/** The event types of an OpenAPI document's `webhooks`, or of an object that has them by name. */
export function listedTypes(document: unknown, path: Path): Outcome<ListedType[]> {
  if (!isJsonObject(document)) {
    return {
      faults: [invalid(path, 'A document is a JSON object: OpenAPI, or event types by name.')],
    };
  }
  if (typeof document['openapi'] === 'string' || typeof document['swagger'] === 'string') {
    return openApiTypes(document, path);
  }
  const faults: UserFault[] = [];
  const types = Object.entries(document).map(([name, type]) =>
    typeNamed(name, type, [...path, name], faults),
  );
  return faults.length > 0 ? { faults } : { value: types };
}

const FIELDS = new Set([
  'group',
  'description',
  'sample',
  'schema',
  'validation',
  'isDeprecated',
] as const);

function typeNamed(name: string, type: unknown, path: Path, faults: UserFault[]): ListedType {
  if (!isJsonObject(type)) {
    faults.push(invalid(path, `An event type is an object of ${[...FIELDS].join(', ')}.`));
    return { name, path };
  }
  const known: ReadonlySet<string> = FIELDS;
  for (const field of Object.keys(type)) {
    if (known.has(field)) continue;
    const shown = JSON.stringify(cutText(field, 60));
    faults.push(
      invalid([...path, field], `${shown} is none of ${[...FIELDS].join(', ')}: leave it out.`),
    );
  }
  const text = (field: string) => given(type, field, isText, 'a string', path, faults);
  return {
    name,
    path,
    group: text('group'),
    description: type['description'] === null ? null : text('description'),
    ...('sample' in type && { sample: type['sample'] }),
    ...('schema' in type && { schema: type['schema'] }),
    validation: given(type, 'validation', isValidation, 'NONE, WARN or REJECT', path, faults),
    isDeprecated: given(type, 'isDeprecated', isBoolean, 'true or false', path, faults),
  };
}

function given<Value>(
  type: JsonObject,
  field: string,
  is: (value: unknown) => value is Value,
  what: string,
  path: Path,
  faults: UserFault[],
): Value | undefined {
  const value = type[field];
  if (value === undefined || is(value)) return value;
  faults.push(invalid([...path, field], `${field} must be ${what}; leave it out to keep it.`));
  return undefined;
}

const isText = (value: unknown) => typeof value === 'string';
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isValidation = (value: unknown): value is PayloadValidation =>
  value === 'NONE' || value === 'WARN' || value === 'REJECT';
