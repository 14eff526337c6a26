import type { Assertion, Target } from '../artifact/judgement.ts';
import type { At, Text } from '../artifact/texts.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Found, Judged } from './found.ts';
import type { Masker } from './mask.ts';
import { evaluateMatcher, type Finding } from './matcher.ts';
import { judgeOpenApi } from './openapi.ts';
import type { AssertionResult, Difference, EvidencePlace } from './outcome.ts';
import { resolveTarget } from './target.ts';
import { blame, type ValueError, valueErrorOf } from './value-error.ts';
import type { Writable } from './writable.ts';

/** The place in a source that `at` stands for. */
export function placeOf(artifact: Artifact, at: At): EvidencePlace {
  const [source, line, column, endLine, endColumn] = at;
  return { file: artifact.sources[source]?.file ?? '', line, column, endLine, endColumn };
}

/** Evaluates an assertion; all its operators must hold. Expressions in it that cannot be had blame its place. */
export function evaluateAssertion(artifact: Artifact, assertion: Assertion, judged: Judged): AssertionResult {
  return blame(assertion.at, () => {
    const found = resolveTarget(assertion.target, judged, assertion.filters);
    const findings = findingsOf(assertion, found, judged);
    const failed = findings.find((one) => !one.passed);
    const expected = (failed ?? findings[0])?.expected;
    const [source, line, column, endLine, endColumn] = assertion.at;
    const result: Writable<AssertionResult> = {
      text: say(assertion.target, findings),
      passed: failed === undefined,
      file: artifact.sources[source]?.file ?? '',
      line,
      column,
      endLine,
      endColumn,
    };
    if (assertion.soft === true) result.soft = true;
    if (expected !== undefined) result.expected = expected;
    if (found.there) result.actual = found.value;
    if (found.path !== undefined) result.path = found.path;
    if (failed !== undefined) return { ...result, ...explain(assertion, failed, found, judged) };
    const warned = findings.find((one) => one.differences !== undefined);
    if (warned?.differences !== undefined) result.differences = warned.differences;
    return result;
  });
}

/** An assertion that reads what is not there: it does not hold. */
export function unreadAssertion(
  artifact: Artifact,
  assertion: Assertion,
  error: ValueError,
): AssertionResult {
  const { at, soft, target } = assertion;
  return {
    text: describeTarget(target),
    passed: false,
    ...(soft === true ? { soft } : {}),
    note: error.message,
    ...placeOf(artifact, at),
  };
}

/** `$.order.total at least 0.01`. */
function say(target: Target, findings: readonly Finding[]): string {
  let said = describeTarget(target);
  for (const { text } of findings) {
    if (text !== '') said = said === '' ? text : `${said} ${text}`;
  }
  return said;
}

/** A schema and a document judge by themselves; every other target is judged by its matcher. */
function findingsOf({ target, matcher }: Assertion, found: Found, judged: Judged): readonly Finding[] {
  if (target.kind === 'openapi') return [judgeOpenApi(target, judged)];
  if (target.kind !== 'schema') return evaluateMatcher(matcher, found, judged);
  if (!found.there) return [{ passed: false, text: '', note: found.note }];
  const findings = judged.parsed.schema(target.schema).validate(found.value);
  const differences = findings.map(
    ({ path, message, expected }): Difference => ({
      path,
      note: message,
      ...(expected === undefined ? {} : { expected }),
    }),
  );
  return [findings.length === 0 ? { passed: true, text: '' } : { passed: false, text: '', differences }];
}

/** What helps a person to see why it does not hold. */
function explain(
  assertion: Assertion,
  failed: Finding,
  found: Found,
  judged: Judged,
): Pick<AssertionResult, 'note' | 'differences' | 'message'> {
  const { message } = assertion;
  return {
    ...(failed.note === undefined ? {} : { note: failed.note }),
    ...(failed.differences === undefined ? {} : { differences: under(failed.differences, found.path) }),
    ...(message === undefined ? {} : { message: renderMessage(message, judged) }),
  };
}

/** What does not hold is told, whether its message can be had or not. */
function renderMessage(message: Text, { parsed, scope }: Judged): string {
  try {
    return parsed.text(message).render(scope);
  } catch (error) {
    return `its message could not be had (${valueErrorOf(error).message})`;
  }
}

/** Paths of differences start where the target's own path ends. */
function under(differences: readonly Difference[], path: string | undefined): readonly Difference[] {
  if (path === undefined) return differences;
  return differences.map((one) => ({ ...one, path: path + one.path.slice(1) }));
}

function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'header':
      return `header ${target.name}`;
    case 'body':
      return target.path;
    case 'cookie':
      return `cookie ${target.name}`;
    case 'xpath':
      return `xpath ${target.expression}`;
    case 'css':
      return `css ${target.selector}`;
    case 'regex':
      return `regex ${target.pattern}`;
    case 'timing':
      return `timing ${target.phase}`;
    case 'output':
      return `output ${target.name}`;
    case 'certificate':
      return `certificate ${target.field}`;
    case 'value':
      return typeof target.expression === 'string' ? target.expression : 'value';
    default:
      return target.kind;
  }
}

/** What an assertion remarks on without failing for it. */
export function warningsOf({ text, differences = [] }: AssertionResult): readonly string[] {
  const warnings = differences.filter(({ severity }) => severity === 'warning');
  return warnings.map(({ path, note }) => `${text}: ${path}: ${note ?? 'warning'}`);
}

/** An assertion in words is cut at this many UTF-16 units: what it expects stands beside it whole. */
const textCap = 160;

/** Masked before it is cut: half a secret at the edge would not be found. */
function renderText(masker: Masker, text: string): string {
  const shown = masker.text(text);
  return shown.length > textCap ? `${shown.slice(0, textCap - 1)}…` : shown;
}

export function maskAssertion(masker: Masker, result: AssertionResult): AssertionResult {
  const { expected, actual, note, message, differences } = result;
  const shown: Writable<AssertionResult> = { ...result, text: renderText(masker, result.text) };
  if (expected !== undefined) shown.expected = masker.value(expected);
  if (actual !== undefined) shown.actual = masker.value(actual);
  if (note !== undefined) shown.note = masker.text(note);
  if (message !== undefined) shown.message = masker.text(message);
  if (differences !== undefined) shown.differences = differences.map((one) => maskDifference(masker, one));
  return shown;
}

function maskDifference(masker: Masker, difference: Difference): Difference {
  return {
    ...difference,
    path: masker.text(difference.path),
    ...(difference.expected === undefined ? {} : { expected: masker.value(difference.expected) }),
    ...(difference.actual === undefined ? {} : { actual: masker.value(difference.actual) }),
    ...(difference.note === undefined ? {} : { note: masker.text(difference.note) }),
  };
}
