import {
  type ASTNode,
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  Kind,
  print,
  visit,
} from 'graphql';

import type { Updates } from '../../feed/updates.ts';
import { answerJson } from '../errors/answer-json.ts';
import type { GraphQLContext } from '../schema/context.ts';
import { isTooComplex } from '../errors/errors.ts';
import type { ErrorMask } from '../errors/mask-error.ts';

/** One answer of a subscription; the same object for all who get the same. */
export interface Answer {
  /** Its errors are masked. */
  readonly result: ExecutionResult;
  readonly json: string;
  /** Of a change of the feed: from where to go on after it. */
  readonly cursor: string | null;
}

/** The results of a subscription, as many at a time as there are. */
export interface AnswerTurns {
  /** The next ones, at least one; null at the end. One call at a time. */
  next(): Promise<readonly Answer[] | null>;
  /** Lets go of what it follows; a call that waits ends. */
  end(): void;
}

/** Answers made together at most, and bytes of them from which on fewer are made, or more. */
const MOST_TOGETHER = 200;
const FIRST_TOGETHER = 25;
const MANY_BYTES = 524_288;
const FEW_BYTES = 131_072;

/**
 * Opens a subscription whose results are made in turns: changes that are there at the same time are executed
 * together, so that what its fields load is one statement; and what several subscriptions that
 * ask the same, with the same rights, have in common is executed and written as JSON once.
 *
 * Returns what graphql's own `subscribe` does where there is nothing to follow.
 */
export async function subscribeInTurns(
  args: ExecutionArgs & { contextValue: GraphQLContext },
  mask: ErrorMask,
): Promise<AnswerTurns | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const answersTo = answeringTurns(args, mask);
  const values = turnsOf(source);
  let left: readonly unknown[] = [];
  let together = FIRST_TOGETHER;

  return {
    async next() {
      if (left.length === 0) {
        const turn = await values.next();
        if (turn === null) return null;
        left = turn;
      }
      const taken = left.length <= together ? left : left.slice(0, together);
      left = left.slice(together);
      const answers = await answersTo(taken);
      const bytes = answers.reduce((sum, { json }) => sum + json.length, 0);
      if (bytes > MANY_BYTES) together = Math.max(1, together >> 1);
      else if (bytes < FEW_BYTES) together = Math.min(MOST_TOGETHER, together * 2);
      return answers;
    },
    end: () => values.end(),
  };
}

/** The results of turns that several subscriptions share, by operation and rights. */
const answeredTurns = new WeakMap<readonly unknown[], Map<string, Promise<readonly Answer[]>>>();

/** The results of a whole turn; the same list for all subscriptions with the same operation. */
function answeringTurns(
  args: ExecutionArgs & { contextValue: GraphQLContext },
  mask: ErrorMask,
): (values: readonly unknown[]) => Promise<readonly Answer[]> {
  const question = questionOf(args);
  const answer = answering(args, question, mask);

  async function make(values: readonly unknown[]): Promise<readonly Answer[]> {
    const answers = await Promise.all(values.map(async (value) => answer(value)));
    if (answers.length === 1) return answers;
    // Together they were too much to load; each may well be short enough.
    for (const [index, { result }] of answers.entries()) {
      if (!result.errors?.some(isTooComplex)) continue;
      answers[index] = await answer(values[index], { anew: true });
    }
    return answers;
  }

  return (values) => {
    const known = answeredTurns.get(values) ?? new Map<string, Promise<readonly Answer[]>>();
    const present = known.get(question);
    if (present) return present;
    const made = make(values);
    made.catch(() => known.delete(question));
    if (known.set(question, made).size === 1) answeredTurns.set(values, known);
    return made;
  };
}

interface ValueTurns {
  next(): Promise<readonly unknown[] | null>;
  end(): void;
}

function turnsOf(source: AsyncIterable<unknown> | Updates<unknown>): ValueTurns {
  if ('nextTurn' in source) {
    return {
      async next() {
        const turn = await source.nextTurn();
        return turn.done ? null : turn.value;
      },
      end: () => void source.return(undefined),
    };
  }
  const values = source[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await values.next();
      return done ? null : [value];
    },
    // One that fails to end has ended all the same.
    end: () => void values.return?.().catch(() => undefined),
  };
}

/** Characters; a longer answer is there for those who are served at the same moment, and then forgotten. */
const LONG = 16_384;

/** What was answered of a value that several get, by what and how they ask. */
const answered = new WeakMap<object, Map<string, Answer | Promise<Answer>>>();

type Answering = (value: unknown, options?: { anew: boolean }) => Answer | Promise<Answer>;

function answering(
  args: ExecutionArgs & { contextValue: GraphQLContext },
  question: string,
  mask: ErrorMask,
): Answering {
  function make(value: unknown): Answer | Promise<Answer> {
    const { contextValue } = args;
    // Each answer has a budget of its own, also while others are made.
    const budget = contextValue.nextBudget?.() ?? contextValue.budget ?? null;
    const result = execute({
      ...args,
      rootValue: value,
      contextValue: { ...contextValue, budget },
    });
    return 'then' in result
      ? result.then((made) => toAnswer(made, value))
      : toAnswer(result, value);
  }

  function toAnswer(made: ExecutionResult, value: unknown): Answer {
    const result = made.errors ? { ...made, errors: made.errors.map(mask) } : made;
    return {
      result,
      json: answerJson(result),
      get cursor() {
        return isRecord(value) && typeof value['cursor'] === 'string' ? value['cursor'] : null;
      },
    };
  }

  return (value, { anew } = { anew: false }) => {
    if (!isRecord(value)) return make(value);
    const known = answered.get(value) ?? new Map<string, Answer | Promise<Answer>>();
    const present = known.get(question);
    if (present !== undefined && !anew) return present;
    const made = make(value);
    known.set(question, made);
    answered.set(value, known);
    const forgetLong = ({ json }: Answer) => {
      if (json.length > LONG) setImmediate(() => known.delete(question));
    };
    if (made instanceof Promise) made.then(forgetLong, () => known.delete(question));
    else forgetLong(made);
    return made;
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * All that an answer depends on besides the value: the operation, the rights, and those variables
 * that are used elsewhere than for what is followed. (Each of a thousand pages comes back with a
 * cursor of its own; what they get is the same.)
 */
function questionOf({
  document,
  operationName,
  variableValues,
  contextValue: { caller },
}: ExecutionArgs & { contextValue: GraphQLContext }): string {
  return JSON.stringify([
    caller?.tenantId,
    caller?.role,
    operationName ?? null,
    document.loc?.source.body ?? print(document),
    variablesOfAnswer(document).map((name) => [name, variableValues?.[name] ?? null]),
  ]);
}

/** The names of all variables but those that only the arguments of a root field use. */
function variablesOfAnswer(document: DocumentNode): string[] {
  const names = new Set<string>();
  const note = (node: ASTNode) =>
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) note(definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const selection of definition.selectionSet.selections) {
      note(selection.kind === Kind.FIELD ? { ...selection, arguments: [] } : selection);
    }
  }
  return [...names].toSorted();
}
