import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fastFormats } from 'ajv-formats/dist/formats.js';

import { canonicalJson } from '../../domain/json/canonical-json.ts';
import { cutText } from '../../domain/cut-text.ts';
import { isJsonObject, type JsonObject } from '../../domain/json/json-object.ts';
import type { PlacedFault } from '../../domain/placed-fault.ts';
import { linearPattern, PatternError } from './linear-pattern.ts';
import {
  dialectOf,
  MOST_SCHEMA_BYTES,
  nestingFault,
  type SchemaDialect,
  structureFault,
} from './schema-faults.ts';
import { partsOf, type SchemaPart } from './schema-parts.ts';
import {
  CHARACTERS_PER_STEP,
  STEPS_KEYWORD,
  stepsKeyword,
  StepsSpent,
  takeSteps,
  withSteps,
} from './steps.ts';

/** Where a payload does not fit a schema. */
export interface SchemaViolation {
  /** JSON Pointer into the payload. */
  path: string;
  message: string;
}

/** A schema that is ready to judge payloads. */
export interface PayloadSchema {
  /** Where `payload` does not fit, {@link MOST_VIOLATIONS} at most; none where it fits. */
  violationsOf(payload: unknown): SchemaViolation[];
}

export const MOST_VIOLATIONS = 20;

/** A schema as it is kept, JSON with sorted keys, and ready to judge; or the first fault of it. */
export type ReadSchema = { text: string; schema: PayloadSchema } | { fault: PlacedFault };

/** Reads what a stranger gave as a schema. Whatever it is, this ends soon. */
export function readSchema(given: unknown): ReadSchema {
  const tooDeep = nestingFault(given);
  if (tooDeep !== null) return { fault: tooDeep };
  if (!isJsonObject(given)) return { fault: { pointer: '', message: 'must be a JSON object' } };
  const text = canonicalJson(given);
  if (text.length > MOST_SCHEMA_BYTES) {
    const message = `must have at most ${MOST_SCHEMA_BYTES} bytes; it has ${text.length}`;
    return { fault: { pointer: '', message } };
  }
  const parsed: JsonObject = JSON.parse(text);
  const dialect = dialectOf(parsed);
  if (typeof dialect !== 'string') return { fault: dialect };
  const judge = ofSchemas[dialect];
  if (judge.validateSchema(parsed) !== true) return { fault: metaFault(judge.errors ?? []) };
  const parts = partsOf(parsed);
  const fault = structureFault(parts);
  if (fault !== null) return { fault };
  try {
    return { text, schema: compile(parts, dialect) };
  } catch (error) {
    return { fault: compileFault(parts, error) };
  }
}

/** @param text what {@link readSchema} returned. */
export function compileSchema(text: string): PayloadSchema {
  const parsed: JsonObject = JSON.parse(text);
  const dialect = dialectOf(parsed);
  if (typeof dialect !== 'string') throw new Error(`a kept schema ${dialect.message}`);
  return compile(partsOf(parsed), dialect);
}

const OPTIONS = {
  allErrors: true,
  // What is not known is a note, as the specification has it.
  strict: false,
  logger: false,
  validateSchema: false,
  // `constructor` is no property of {}.
  ownProperties: true,
  inlineRefs: false,
  formats: fastFormats,
  code: { optimize: false, regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
} as const;

/** They judge schemas, by the schema of schemas. */
const ofSchemas: Record<SchemaDialect, Ajv> = {
  '2020-12': new Ajv2020(OPTIONS),
  'draft-07': new Ajv(OPTIONS),
};

/**
 * One for each schema: it keeps parts of all that it ever compiled, and must not find one tenant's
 * schema by the name that another's refers to.
 */
function createValidator(dialect: SchemaDialect): Ajv {
  const options = { ...OPTIONS, meta: false };
  const ajv = dialect === '2020-12' ? new Ajv2020(options) : new Ajv(options);
  ajv.addKeyword(stepsKeyword);
  // Ajv compares each item with each.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same item twice' },
    validate: (isUnique: boolean, items: readonly unknown[]) => !isUnique || areUnique(items),
  });
  return ajv;
}

function areUnique(items: readonly unknown[]): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonicalJson(item);
    takeSteps(1 + Math.floor(text.length / CHARACTERS_PER_STEP));
    seen.add(text);
  }
  return seen.size === items.length;
}

/**
 * Changes the schema that the parts are of, the first of them: each is charged with what it costs. Its name
 * and `$async` mean nothing here.
 */
function compile(parts: readonly SchemaPart[], dialect: SchemaDialect): PayloadSchema {
  const own = ownLengths(parts);
  parts.forEach(({ schema }, index) => {
    delete schema['$async'];
    schema[STEPS_KEYWORD] = 1 + Math.floor((own[index] ?? 0) / CHARACTERS_PER_STEP);
  });
  const { $id: _name, $schema: _dialect, ...root } = parts[0]?.schema ?? {};
  return judging(createValidator(dialect).compile(root));
}

function judging(validate: ValidateFunction): PayloadSchema {
  return {
    violationsOf(payload) {
      try {
        if (withSteps(() => validate(payload))) return [];
        return (validate.errors ?? []).slice(0, MOST_VIOLATIONS).map(toViolation);
      } catch (error) {
        // Or the recursion of schema and payload ended where the stack did.
        if (!(error instanceof StepsSpent || error instanceof RangeError)) throw error;
        return [{ path: '', message: new StepsSpent().message }];
      } finally {
        validate.errors = null;
      }
    },
  };
}

/** How long the JSON of each part is, without the parts that it holds. */
function ownLengths(parts: readonly SchemaPart[]): number[] {
  const whole = parts.map(({ schema }) => JSON.stringify(schema).length);
  const own = [...whole];
  const indexOf = new Map(parts.map(({ pointer }, index) => [pointer, index]));
  parts.forEach(({ pointer }, index) => {
    for (let at = pointer.lastIndexOf('/'); at >= 0; at = pointer.lastIndexOf('/', at - 1)) {
      const holder = indexOf.get(pointer.slice(0, at));
      if (holder === undefined || holder === index) continue;
      own[holder] = (own[holder] ?? 0) - (whole[index] ?? 0);
      return;
    }
  });
  return own;
}

function compileFault(parts: readonly SchemaPart[], error: unknown): PlacedFault {
  if (!(error instanceof Error)) throw error;
  const { message } = error;
  if (!(error instanceof PatternError)) return { pointer: '', message };
  const part = parts.find(({ schema }) => holdsPattern(schema, error.pattern));
  return { pointer: part?.pointer ?? '', message };
}

function holdsPattern(schema: JsonObject, pattern: string): boolean {
  const byPattern = schema['patternProperties'];
  return schema['pattern'] === pattern || (isJsonObject(byPattern) && pattern in byPattern);
}

/** The fault that stands deepest says most: what holds it is at fault because of it. */
function metaFault(errors: readonly ErrorObject[]): PlacedFault {
  const [deepest] = [...errors].sort(
    (a, b) => b.instancePath.split('/').length - a.instancePath.split('/').length,
  );
  if (deepest === undefined) return { pointer: '', message: 'is no JSON Schema' };
  return { pointer: deepest.instancePath, message: messageOf(deepest) };
}

function toViolation(error: ErrorObject): SchemaViolation {
  return { path: error.instancePath, message: messageOf(error) };
}

/** Values in a message are cut: they are a schema's, and may be long. */
const MOST_SHOWN = 200;

function messageOf({ keyword, message = `fails ${keyword}`, params, propertyName }: ErrorObject) {
  const shown = (value: unknown) => cutText(JSON.stringify(value) ?? '', MOST_SHOWN);
  switch (keyword) {
    case 'enum':
      return `must be one of ${shown(params['allowedValues'])}`;
    case 'const':
      return `must be ${shown(params['allowedValue'])}`;
    case 'additionalProperties':
      return `must not have the property ${shown(params['additionalProperty'])}`;
    case 'unevaluatedProperties':
      return `must not have the property ${shown(params['unevaluatedProperty'])}`;
    case 'required':
      return `must have the property ${shown(params['missingProperty'])}`;
    default: {
      const cut = cutText(message, MOST_SHOWN);
      return propertyName === undefined
        ? cut
        : `has the property ${shown(propertyName)}, which ${cut}`;
    }
  }
}
