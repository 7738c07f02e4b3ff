import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fastFormats } from 'ajv-formats/dist/formats.js';

import { canonicalJson } from '../../domain/canonical-json.ts';
import { linearPattern, PatternError } from './linear-pattern.ts';
import {
  dialectOf,
  MOST_SCHEMA_BYTES,
  nestingFault,
  type SchemaDialect,
  type SchemaFault,
  structureFault,
} from './schema-faults.ts';
import { isJsonObject, type JsonObject, partsOf } from './schema-parts.ts';
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

/**
 * The schema's JSON with sorted keys, or the first fault of it. Whatever is given, this ends soon.
 */
export function readSchema(schema: unknown): { text: string } | { fault: SchemaFault } {
  const tooDeep = nestingFault(schema);
  if (tooDeep !== null) return { fault: tooDeep };
  if (!isJsonObject(schema)) return { fault: { pointer: '', message: 'must be a JSON object' } };
  const text = canonicalJson(schema);
  if (text.length > MOST_SCHEMA_BYTES) {
    const message = `must have at most ${MOST_SCHEMA_BYTES} bytes; it has ${text.length}`;
    return { fault: { pointer: '', message } };
  }
  const parsed: JsonObject = JSON.parse(text);
  const dialect = dialectOf(parsed);
  if (typeof dialect !== 'string') return { fault: dialect };
  const judge = ofSchemas[dialect];
  if (judge.validateSchema(parsed) !== true) return { fault: metaFault(judge.errors ?? []) };
  const fault = structureFault(partsOf(parsed)) ?? compileFault(parsed, dialect);
  return fault === null ? { text } : { fault };
}

/** @param text what {@link readSchema} returned. */
export function compileSchema(text: string): PayloadSchema {
  const schema: JsonObject = JSON.parse(text);
  const dialect = dialectOf(schema);
  if (typeof dialect !== 'string') throw new Error(`a kept schema ${dialect.message}`);
  const validate = compile(schema, dialect);
  return {
    violationsOf(payload) {
      try {
        if (withSteps(() => validate(payload))) return [];
        return (validate.errors ?? []).slice(0, MOST_VIOLATIONS).map(toViolation);
      } catch (error) {
        if (error instanceof StepsSpent) return [{ path: '', message: error.message }];
        // Recursion of schema and payload ended where the stack did.
        if (error instanceof RangeError) return [{ path: '', message: new StepsSpent().message }];
        throw error;
      } finally {
        validate.errors = null;
      }
    },
  };
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

/** Changes `schema`: each part is told what it costs. Its name and `$async` mean nothing here. */
function compile(schema: JsonObject, dialect: SchemaDialect): ValidateFunction {
  const parts = partsOf(schema);
  const own = ownLengths(parts);
  parts.forEach((part, index) => {
    delete part.schema['$async'];
    part.schema[STEPS_KEYWORD] = 1 + Math.floor((own[index] ?? 0) / CHARACTERS_PER_STEP);
  });
  delete schema['$id'];
  delete schema['$schema'];
  return createValidator(dialect).compile(schema);
}

/** How long the JSON of each part is, without the parts that it holds. */
function ownLengths(parts: readonly { pointer: string; schema: JsonObject }[]): number[] {
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

function compileFault(schema: JsonObject, dialect: SchemaDialect): SchemaFault | null {
  try {
    compile(schema, dialect);
    return null;
  } catch (error) {
    if (error instanceof PatternError) {
      const part = partsOf(schema).find(({ schema: each }) => holdsPattern(each, error.pattern));
      return { pointer: part?.pointer ?? '', message: error.message };
    }
    if (!(error instanceof Error)) throw error;
    return { pointer: '', message: error.message };
  }
}

function holdsPattern(schema: JsonObject, pattern: string): boolean {
  const byPattern = schema['patternProperties'];
  return schema['pattern'] === pattern || (isJsonObject(byPattern) && pattern in byPattern);
}

/** The fault that stands deepest says most: what holds it is at fault because of it. */
function metaFault(errors: readonly ErrorObject[]): SchemaFault {
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
  const shown = (value: unknown) => {
    const text = JSON.stringify(value) ?? '';
    return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  };
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
      const cut = message.length > MOST_SHOWN ? `${message.slice(0, MOST_SHOWN)}…` : message;
      return propertyName === undefined
        ? cut
        : `has the property ${shown(propertyName)}, which ${cut}`;
    }
  }
}
