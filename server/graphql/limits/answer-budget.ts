import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLError,
  type GraphQLSchema,
  isLeafType,
  isObjectType,
} from 'graphql';

import { RawJson } from '../../domain/json/raw-json.ts';
import type { GraphQLContext } from '../schema/context.ts';
import { answerTooLarge, operationTimedOut } from '../errors/errors.ts';

/** What one answer may cost, beyond what could be known beforehand. */
export interface AnswerLimits {
  /** Bytes of its JSON. */
  answerBytes: number;
  /** Seconds that it may take. */
  operationSeconds: number;
}

/** What is left of that. Once it is spent nothing more is resolved, and `error` is the answer. */
export interface AnswerBudget {
  readonly error: GraphQLError | null;
  /** Takes bytes of the answer. @throws the error where the budget is spent. */
  take(bytes: number): void;
}

export function createAnswerBudget(limits: AnswerLimits): AnswerBudget {
  const endsAt = performance.now() + limits.operationSeconds * 1_000;
  let left = limits.answerBytes;
  let error: GraphQLError | null = null;
  return {
    get error() {
      return error;
    },
    take(bytes) {
      left -= bytes;
      if (error === null && left < 0) error = answerTooLarge(limits.answerBytes);
      if (error === null && performance.now() > endsAt) {
        error = operationTimedOut(limits.operationSeconds);
      }
      if (error !== null) throw error;
    },
  };
}

/** Of a field, beside its name and its value: quotes, colon, comma. */
const PUNCTUATION = 4;

/**
 * Makes every field of the schema take what it adds to the answer from the budget of its operation,
 * so that an answer that grows beyond it ends while it is made, and not when memory does.
 */
export function meterAnswers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      const overhead = field.name.length + PUNCTUATION;
      const isLeaf = isLeafType(getNamedType(field.type));
      field.resolve = (source, args, context: GraphQLContext, info) => {
        const { budget } = context;
        if (!budget) return resolve(source, args, context, info);
        budget.take(overhead);
        const value: unknown = resolve(source, args, context, info);
        if (!isLeaf) return value;
        return value instanceof Promise ? value.then(charge(budget)) : charge(budget)(value);
      };
    }
  }
  return schema;
}

const charge = (budget: AnswerBudget) => (value: unknown) => {
  const bytes = bytesOf(value);
  if (bytes > 0) budget.take(bytes);
  return value;
};

/** Longer texts are measured as they will be written: what is escaped takes up to six times as much. */
const MEASURED_FROM = 64;

function bytesOf(value: unknown): number {
  if (typeof value === 'string' && value.length < MEASURED_FROM) return value.length;
  if (value instanceof RawJson) return value.text.length;
  if (
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && !(value instanceof Date))
  ) {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  }
  return 8;
}
