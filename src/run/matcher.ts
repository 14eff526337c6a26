import type { Matcher, ValueKind } from '../artifact/judgement.ts';
import type { Template } from '../artifact/texts.ts';
import { countCharacters } from '../query/characters.ts';
import { parseDuration } from '../query/duration.ts';
import { stringifyJson } from '../query/json.ts';
import { isList, isMap, typeOf, type Value } from '../query/value.ts';
import type { Found, Judged } from './found.ts';
import { type Comparison, operators } from './operators.ts';
import type { Difference } from './outcome.ts';
import { isOfKind } from './value-kind.ts';

/** What one operator found. `expected`, `note` and `differences` say why it does not hold. */
export interface Finding extends Comparison {
  /** The operator and its operand, as a person would say it: `at least 0.01`. */
  readonly text: string;
  readonly expected?: Value;
}

/** Every operator of a matcher, each with its finding; all of them must hold. */
export function evaluateMatcher(matcher: Matcher, found: Found, judged: Judged): readonly Finding[] {
  return Object.entries(matcher).map(([name, operand]) => evaluateOperator(name, operand, found, judged));
}

/** Absent fails every operator but `exists: false` and `not`; what could not be read, those too. */
function evaluateOperator(name: string, operand: unknown, found: Found, judged: Judged): Finding {
  const finding = judgeOperator(name, operand, found, judged);
  if (found.there || found.unread !== true || !finding.passed) return finding;
  return { ...finding, passed: false, note: found.note };
}

function judgeOperator(name: string, operand: unknown, found: Found, judged: Judged): Finding {
  if (name === 'exists') return exists(operand === true, found);
  if (name === 'not') return negate(evaluateMatcher(operand as Matcher, found, judged));
  if (name === 'is') return is(found, operand as ValueKind);
  if (name === 'length') return length(found, operand as Template | Matcher, judged);
  if (name === 'each' || name === 'any') return elements(name, found, operand as Matcher, judged);
  return compare(name, operand as Template, found, judged);
}

function compare(name: string, operand: Template, found: Found, judged: Judged): Finding {
  const operator = operators.get(name);
  if (operator === undefined) throw new Error(`the artifact holds an operator that is not known: ${name}`);
  const expected = judged.parsed.template(operand).evaluate(judged.scope);
  const isDuration = found.there && found.milliseconds === true;
  const text = sayOperator(name, operator.words, expected, isDuration);
  if (!found.there) return { text, expected, ...absent(found) };
  if (!isDuration) return finding(text, expected, operator.compare(found.value, expected, judged.parsed));
  const comparison = operator.compare(found.value, inMilliseconds(expected), judged.parsed);
  const note = comparison.passed ? {} : { note: comparison.note ?? 'in milliseconds' };
  return { text, expected, ...comparison, ...note };
}

/** Copying the members of a comparison that only says yes costs more than comparing did. */
function finding(text: string, expected: Value, compared: Comparison): Finding {
  const { passed, note, differences } = compared;
  if (passed && note === undefined && differences === undefined) return { text, expected, passed };
  return { text, expected, ...compared };
}

/** `at least 0.01`, `between 1s and 2s`; `equals` says its operand alone. */
function sayOperator(name: string, words: string, operand: Value, isDuration: boolean): string {
  const say = (value: Value): string =>
    isDuration && typeof value === 'string' ? value : renderOperand(value);
  const operands =
    name === 'between' && isList(operand) && operand.length === 2
      ? operand.map(say).join(' and ')
      : say(operand);
  return [words, operands].filter((part) => part !== '').join(' ');
}

/** A matcher's operators and operands, whatever they are held against. */
function sayMatcher(matcher: Matcher, judged: Judged): string {
  const findings = evaluateMatcher(matcher, { there: false, note: '' }, judged);
  return findings.map((one) => one.text).join(' and ');
}

function absent({ note }: Found & { readonly there: false }): Comparison {
  return { passed: false, note };
}

/** The durations of an operand as numbers, like what they are compared with. */
function inMilliseconds(operand: Value): Value {
  if (isList(operand)) return operand.map(inMilliseconds);
  return typeof operand === 'string' ? (parseDuration(operand) ?? operand) : operand;
}

function exists(wanted: boolean, found: Found): Finding {
  const present = found.there && !(found.many === true && isList(found.value) && found.value.length === 0);
  const text = wanted ? 'exists' : 'does not exist';
  if (present === wanted) return { passed: true, text };
  if (!wanted) return { passed: false, text, note: 'it is there' };
  return { passed: false, text, note: found.there ? 'nothing was found' : found.note };
}

function negate(findings: readonly Finding[]): Finding {
  const text = `not ${findings.map((one) => one.text).join(' and ')}`;
  if (findings.some((one) => !one.passed && one.unfit !== true)) return { passed: true, text };
  const unfit = findings.find((one) => one.unfit === true);
  return unfit === undefined ? { passed: false, text } : { ...unfit, text };
}

function is(found: Found, kind: ValueKind): Finding {
  const says = { text: `is ${kind}`, expected: kind };
  if (!found.there) return { ...says, ...absent(found) };
  if (isOfKind(found.value, kind)) return { ...says, passed: true };
  const type = typeOf(found.value);
  return { ...says, passed: false, ...(type === 'string' ? {} : { note: `it is ${type}` }) };
}

/** Elements, members, Unicode characters or bytes. */
function length(found: Found, operand: Template | Matcher, judged: Judged): Finding {
  const matcher: Matcher = isMap(operand as Value) ? (operand as Matcher) : { equals: operand as Template };
  const text = `length ${sayMatcher(matcher, judged)}`;
  if (!found.there) return { text, ...absent(found) };
  const count = lengthOf(found.value);
  if (count === undefined) return { passed: false, text, note: `${typeOf(found.value)} has no length` };
  const findings = evaluateMatcher(matcher, { there: true, value: count }, judged);
  const failed = findings.find((one) => !one.passed);
  if (failed === undefined) return { passed: true, text };
  const expected = failed.expected === undefined ? {} : { expected: failed.expected };
  return { passed: false, text, ...expected, note: `its length is ${count}` };
}

function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return countCharacters(value);
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

function elements(name: 'each' | 'any', found: Found, matcher: Matcher, judged: Judged): Finding {
  const text = `${name} ${'equals' in matcher ? 'equal to ' : ''}${sayMatcher(matcher, judged)}`;
  if (!found.there) return { text, ...absent(found) };
  const { value } = found;
  if (!isList(value)) return { passed: false, text, note: `${typeOf(value)} is no list` };
  const failures = value.map((element) =>
    evaluateMatcher(matcher, { there: true, value: element }, judged).find((one) => !one.passed),
  );
  if (name === 'any') {
    return failures.includes(undefined)
      ? { passed: true, text }
      : { passed: false, text, note: 'no element does' };
  }
  const differences = failures.flatMap((failed, index) =>
    failed === undefined ? [] : differencesAt(`$[${index}]`, value[index] ?? null, failed),
  );
  return differences.length === 0 ? { passed: true, text } : { passed: false, text, differences };
}

function differencesAt(path: string, actual: Value, failed: Finding): readonly Difference[] {
  if (failed.differences !== undefined) {
    return failed.differences.map((one) => ({ ...one, path: path + one.path.slice(1) }));
  }
  const expected = failed.expected === undefined ? {} : { expected: failed.expected };
  return [{ path, actual, ...expected, note: failed.note ?? `must be: ${failed.text}` }];
}

/** Never cut here: half a secret would not be found by masking. */
function renderOperand(value: Value): string {
  return stringifyJson(withoutBytes(value));
}

function withoutBytes(value: Value): Value {
  if (value instanceof Uint8Array) return value.length === 1 ? '1 byte' : `${value.length} bytes`;
  if (isList(value)) return value.map(withoutBytes);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutBytes(member)]));
}
