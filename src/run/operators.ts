import { parseDuration } from '../query/duration.ts';
import { equalValues } from '../query/equal.ts';
import { compareNumbers } from '../query/number.ts';
import { type ExactNumber, isList, isMap, isNumber, typeOf, type Value } from '../query/value.ts';
import { findDifferences, nearMiss } from './difference.ts';
import type { Difference } from './outcome.ts';
import type { Parsed } from './parsed.ts';

/** Whether a value and an operand fit; else what helps to see why not. */
export interface Comparison {
  readonly passed: boolean;
  /** The operator is not for what it met: whether it holds cannot be said, and neither does its opposite. */
  readonly unfit?: true;
  readonly note?: string;
  readonly differences?: readonly Difference[];
}

export interface Operator {
  /** How it reads before its operand in a message; `equals` says nothing. */
  readonly words: string;
  readonly compare: (actual: Value, operand: Value, parsed: Parsed) => Comparison;
}

function unfit(note: string): Comparison {
  return { passed: false, unfit: true, note };
}

function comparison(passed: boolean, note?: string): Comparison {
  return passed || note === undefined ? { passed } : { passed, note };
}

function ofTexts(holds: (actual: string, operand: string, parsed: Parsed) => boolean): Operator['compare'] {
  return (actual, operand, parsed) => {
    if (typeof actual !== 'string') return unfit(`${typeOf(actual)} is no text`);
    if (typeof operand !== 'string') return unfit('the operand is no text');
    return comparison(holds(actual, operand, parsed));
  };
}

function ofNumbers(holds: (order: number) => boolean): Operator['compare'] {
  return (actual, operand) => {
    const wanted = numberOf(operand);
    if (!isNumber(actual)) return unfit(`${typeOf(actual)} is no number`);
    if (wanted === undefined) return unfit('the operand is no number');
    return comparison(holds(compareNumbers(actual, wanted)));
  };
}

/** A number, or the milliseconds of a duration. */
function numberOf(operand: Value): number | ExactNumber | undefined {
  if (isNumber(operand)) return operand;
  return typeof operand === 'string' ? parseDuration(operand) : undefined;
}

const atLeast = ofNumbers((order) => order >= 0);
const atMost = ofNumbers((order) => order <= 0);

function between(actual: Value, operand: Value, parsed: Parsed): Comparison {
  const [low, high, more] = isList(operand) ? operand : [];
  if (low === undefined || high === undefined || more !== undefined) {
    return unfit('between takes two numbers');
  }
  const above = atLeast(actual, low, parsed);
  return above.passed ? atMost(actual, high, parsed) : above;
}

function same(how: 'equals' | 'like'): Operator['compare'] {
  return (actual, operand) => {
    const differences = findDifferences(operand, actual, how);
    if (differences.length === 0) return { passed: true };
    if (isList(operand) || isMap(operand)) return { passed: false, differences };
    return comparison(false, nearMiss(operand, actual));
  };
}

/** A part of a text, an element of a list, the name of a member. */
function contains(actual: Value, operand: Value): boolean {
  if (typeof actual === 'string') return typeof operand === 'string' && actual.includes(operand);
  if (isList(actual)) return actual.some((element) => equalValues(element, operand));
  return isMap(actual) && typeof operand === 'string' && Object.hasOwn(actual, operand);
}

/** Why it cannot be asked what a value contains: nothing is learned by what it does not. */
function fitsParts(actual: Value, operand: Value): Comparison | undefined {
  if (isList(actual)) return undefined;
  if (typeof actual !== 'string' && !isMap(actual)) return unfit(`${typeOf(actual)} has no parts`);
  return typeof operand === 'string' ? undefined : unfit('the operand is no text');
}

function isIn(actual: Value, operand: Value): Comparison {
  if (!isList(operand)) return unfit('the operand is no list');
  return comparison(operand.some((one) => equalValues(one, actual)));
}

/** Operators of two values, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    equals: { words: '', compare: same('equals') },
    notEquals: { words: 'not', compare: (actual, operand) => comparison(!equalValues(actual, operand)) },
    contains: {
      words: 'contains',
      compare: (actual, operand) => fitsParts(actual, operand) ?? comparison(contains(actual, operand)),
    },
    notContains: {
      words: 'does not contain',
      compare: (actual, operand) => fitsParts(actual, operand) ?? comparison(!contains(actual, operand)),
    },
    startsWith: { words: 'starts with', compare: ofTexts((actual, operand) => actual.startsWith(operand)) },
    endsWith: { words: 'ends with', compare: ofTexts((actual, operand) => actual.endsWith(operand)) },
    matches: {
      words: 'matches',
      compare: ofTexts((actual, operand, parsed) => parsed.pattern(operand).test(actual)),
    },
    in: { words: 'in', compare: isIn },
    greaterThan: { words: 'greater than', compare: ofNumbers((order) => order > 0) },
    atLeast: { words: 'at least', compare: atLeast },
    lessThan: { words: 'less than', compare: ofNumbers((order) => order < 0) },
    atMost: { words: 'at most', compare: atMost },
    between: { words: 'between', compare: between },
    like: { words: 'like', compare: same('like') },
  } satisfies Record<string, Operator>),
);
