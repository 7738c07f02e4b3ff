import { RE2JS } from 're2js';

import { CHARACTERS_PER_STEP, takeSteps } from './steps.ts';

/** A pattern that was not taken, and why. */
export class PatternError extends Error {
  readonly pattern: string;

  constructor(pattern: string, fault: string) {
    super(
      `${JSON.stringify(pattern)} is no pattern that is matched in linear time (RE2: no look-around, no back-references): ${fault}`,
    );
    this.name = 'PatternError';
    this.pattern = pattern;
  }
}

/**
 * A regular expression as JSON Schema has it, matched in time that grows with the text alone
 * (https://github.com/google/re2/wiki/Syntax), which a stranger's pattern cannot hold up.
 *
 * @throws PatternError
 */
export function linearPattern(pattern: string): { test(text: string): boolean } {
  const compiled = compile(pattern);
  return {
    test(text) {
      takeSteps(1 + Math.floor(text.length / CHARACTERS_PER_STEP) * COST);
      return compiled.test(text);
    },
  };
}

/** How many steps a step's characters take to be matched. */
const COST = 4;

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (error) {
    throw new PatternError(pattern, error instanceof Error ? error.message : String(error));
  }
}
