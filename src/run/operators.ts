import type { Matcher, Template, ValueKind } from '../artifact/types.ts';
import { parseDuration } from '../query/duration.ts';
import { equalValues } from '../query/equal.ts';
import { stringifyJson } from '../query/json.ts';
import { compareNumbers } from '../query/number.ts';
import { type ExactNumber, isList, isMap, isNumber, typeOf, type Value } from '../query/value.ts';
import { findDifferences, nearMiss } from './difference.ts';
import type { Difference } from './outcome.ts';
import type { Found, Judged } from './target.ts';
import { isOfKind } from './value-kind.ts';

/** What one operator found. `expected` and `note` say why it does not hold. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
  readonly expected?: Value;
  readonly note?: string;
  readonly differences?: readonly Difference[];
}

type Operand = Value;
type Judge = (actual: Value, operand: Operand, judged: Judged) => Omit<Verdict, 'text' | 'expected'>;

const held = { passed: true } as const;

function verdict(passed: boolean, note?: string): Omit<Verdict, 'text' | 'expected'> {
  return passed || note === undefined ? { passed } : { passed, note };
}

function ofTexts(holds: (actual: string, operand: string) => boolean): Judge {
  return (actual, operand) => {
    if (typeof actual !== 'string') return verdict(false, `${typeOf(actual)} is no text`);
    return typeof operand === 'string'
      ? verdict(holds(actual, operand))
      : verdict(false, 'the operand is no text');
  };
}

function ofNumbers(holds: (order: number) => boolean): Judge {
  return (actual, operand) => {
    const wanted = numberOf(operand);
    if (!isNumber(actual)) return verdict(false, `${typeOf(actual)} is no number`);
    if (wanted === undefined) return verdict(false, 'the operand is no number');
    return verdict(holds(compareNumbers(actual, wanted)));
  };
}

/** A number, or the milliseconds of a duration. */
function numberOf(operand: Operand): number | ExactNumber | undefined {
  if (isNumber(operand)) return operand;
  return typeof operand === 'string' ? parseDuration(operand) : undefined;
}

function same(how: 'equals' | 'like'): Judge {
  return (actual, operand) => {
    const differences = findDifferences(operand, actual, how);
    if (differences.length === 0) return held;
    const structure = isList(operand) || isMap(operand);
    if (structure) return { passed: false, differences };
    return verdict(false, nearMiss(operand, actual));
  };
}

function contains(actual: Value, operand: Operand): boolean {
  if (typeof actual === 'string') return typeof operand === 'string' && actual.includes(operand);
  if (isList(actual)) return actual.some((element) => equalValues(element, operand));
  return isMap(actual) && typeof operand === 'string' && Object.hasOwn(actual, operand);
}

/** Operators of two values, by name: how they read in a message, and when they hold. */
const operators: Readonly<Record<string, { readonly words: string; readonly judge: Judge }>> = {
  equals: { words: '', judge: same('equals') },
  notEquals: { words: 'not', judge: (actual, operand) => verdict(!equalValues(actual, operand)) },
  contains: { words: 'contains', judge: (actual, operand) => verdict(contains(actual, operand)) },
  notContains: { words: 'does not contain', judge: (actual, operand) => verdict(!contains(actual, operand)) },
  startsWith: { words: 'starts with', judge: ofTexts((actual, operand) => actual.startsWith(operand)) },
  endsWith: { words: 'ends with', judge: ofTexts((actual, operand) => actual.endsWith(operand)) },
  matches: {
    words: 'matches',
    judge: (actual, operand, judged) =>
      ofTexts((text, pattern) => judged.parsed.pattern(pattern).test(text))(actual, operand, judged),
  },
  in: {
    words: 'in',
    judge: (actual, operand) => verdict(isList(operand) && operand.some((one) => equalValues(one, actual))),
  },
  greaterThan: { words: 'greater than', judge: ofNumbers((order) => order > 0) },
  atLeast: { words: 'at least', judge: ofNumbers((order) => order >= 0) },
  lessThan: { words: 'less than', judge: ofNumbers((order) => order < 0) },
  atMost: { words: 'at most', judge: ofNumbers((order) => order <= 0) },
  between: {
    words: 'between',
    judge: (actual, operand, judged) => {
      const [low, high] = isList(operand) ? operand : [];
      if (low === undefined || high === undefined) return verdict(false, 'between takes two numbers');
      const above = ofNumbers((order) => order >= 0)(actual, low, judged);
      return above.passed ? ofNumbers((order) => order <= 0)(actual, high, judged) : above;
    },
  },
  like: { words: 'like', judge: same('like') },
};

/** Every operator of a matcher, each with its verdict; all of them must hold. */
export function evaluateMatcher(matcher: Matcher, found: Found, judged: Judged): readonly Verdict[] {
  return Object.entries(matcher).map(([name, operand]) => evaluateOperator(name, operand, found, judged));
}

function evaluateOperator(name: string, operand: unknown, found: Found, judged: Judged): Verdict {
  if (name === 'exists') return exists(operand === true, found);
  if (name === 'not') return negate(evaluateMatcher(operand as Matcher, found, judged));
  if (!found.there) return { ...expectation(name, operand, judged), passed: false, note: found.note };
  if (name === 'is') return is(found.value, operand as ValueKind);
  if (name === 'length') return length(found.value, operand as Template | Matcher, judged);
  if (name === 'each' || name === 'any') return elements(name, found.value, operand as Matcher, judged);
  const operator = operators[name];
  if (operator === undefined) throw new Error(`the artifact holds an operator that is not known: ${name}`);
  const expected = judged.parsed.template(operand as Template).evaluate(judged.scope);
  const words = operator.words === '' ? '' : `${operator.words} `;
  return { text: words + shortJson(expected), expected, ...operator.judge(found.value, expected, judged) };
}

/** What an operator asks for, said of a value that is not there. */
function expectation(name: string, operand: unknown, judged: Judged): Pick<Verdict, 'text' | 'expected'> {
  const operator = operators[name];
  if (operator === undefined) return { text: name === 'is' ? `is ${String(operand)}` : name };
  const expected = judged.parsed.template(operand as Template).evaluate(judged.scope);
  const words = operator.words === '' ? '' : `${operator.words} `;
  return { text: words + shortJson(expected), expected };
}

function exists(wanted: boolean, found: Found): Verdict {
  const present = found.there && !(found.many === true && isList(found.value) && found.value.length === 0);
  const text = wanted ? 'exists' : 'does not exist';
  if (present === wanted) return { passed: true, text };
  if (!wanted) return { passed: false, text, note: 'it is there' };
  return { passed: false, text, note: found.there ? 'nothing was found' : found.note };
}

function negate(verdicts: readonly Verdict[]): Verdict {
  const text = `not ${verdicts.map((one) => one.text).join(' and ')}`;
  return { passed: verdicts.some((one) => !one.passed), text };
}

function is(actual: Value, kind: ValueKind): Verdict {
  const passed = isOfKind(actual, kind);
  const type = typeOf(actual);
  return {
    passed,
    text: `is ${kind}`,
    expected: kind,
    ...(passed || type === 'string' ? {} : { note: `it is ${type}` }),
  };
}

/** Elements, members, Unicode characters or bytes. */
function length(actual: Value, operand: Template | Matcher, judged: Judged): Verdict {
  const count = lengthOf(actual);
  if (count === undefined) return { passed: false, text: 'length', note: `${typeOf(actual)} has no length` };
  const found: Found = { there: true, value: count };
  const inner: Matcher = isMap(operand as Value) ? (operand as Matcher) : { equals: operand as Template };
  const verdicts = evaluateMatcher(inner, found, judged);
  const failed = verdicts.find((one) => !one.passed);
  const text = `length ${verdicts.map((one) => one.text).join(' and ')}`;
  if (failed === undefined) return { passed: true, text };
  const expected = failed.expected === undefined ? {} : { expected: failed.expected };
  return { passed: false, text, ...expected, note: `its length is ${count}` };
}

function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return [...value].length;
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

function elements(name: 'each' | 'any', actual: Value, matcher: Matcher, judged: Judged): Verdict {
  if (!isList(actual)) return { passed: false, text: name, note: `${typeOf(actual)} is no list` };
  const failures = actual.map((value) =>
    evaluateMatcher(matcher, { there: true, value }, judged).find((one) => !one.passed),
  );
  const words = Object.keys(matcher).join(', ');
  const text = `${name} ${words}`;
  if (name === 'any') return { passed: failures.includes(undefined), text, note: 'no element does' };
  const differences = failures.flatMap((failed, index): Difference[] => {
    if (failed === undefined) return [];
    const value = actual[index] ?? null;
    const expected = failed.expected === undefined ? {} : { expected: failed.expected };
    return [
      { path: `$[${index}]`, actual: value, ...expected, note: failed.note ?? `must be: ${failed.text}` },
    ];
  });
  return differences.length === 0 ? { passed: true, text } : { passed: false, text, differences };
}

function shortJson(value: Value): string {
  const text = value instanceof Uint8Array ? `${value.length} bytes` : stringifyJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
