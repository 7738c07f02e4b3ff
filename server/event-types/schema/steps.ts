import { _, type CodeKeywordDefinition, type Name } from 'ajv';

/** Of what a check of one payload may take: some milliseconds, whatever the schema. */
const MOST_STEPS = 100_000;
/** Characters that count as one step. */
export const CHARACTERS_PER_STEP = 64;

/** A check came to its end: there would have been too much to do. */
export class StepsSpent extends Error {
  constructor() {
    super('takes too many steps to check: make the schema simpler, or the payload smaller');
    this.name = 'StepsSpent';
  }
}

/**
 * Steps of the check that is going on; checks are synchronous. Schemas are strangers': one of a
 * few lines may multiply with each level of a payload, so what bounds it is counted as it runs.
 */
const steps = {
  left: 0,
  spent(): never {
    throw new StepsSpent();
  },
};

/** Runs a check with all the steps there are. @throws StepsSpent */
export function withSteps<Result>(check: () => Result): Result {
  steps.left = MOST_STEPS;
  return check();
}

/** Takes steps from the check that is going on. @throws StepsSpent */
export function takeSteps(count: number): void {
  steps.left -= count;
  if (steps.left < 0) steps.spent();
}

/** The keyword that every schema gets before it is compiled: how many steps it takes by itself. */
export const STEPS_KEYWORD = 'x-steps-of-check';

export const stepsKeyword: CodeKeywordDefinition = {
  keyword: STEPS_KEYWORD,
  schemaType: 'number',
  code({ gen, data, schema }) {
    const counter: Name = gen.scopeValue('obj', { ref: steps });
    gen.code(
      _`${counter}.left -= ${schema} + (typeof ${data} === 'string' ? ${data}.length >> 6 : 0)`,
    );
    gen.if(_`${counter}.left < 0`, () => gen.code(_`${counter}.spent()`));
  },
};
