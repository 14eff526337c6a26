import type { Assertion, Output } from '../artifact/judgement.ts';
import { memberOf } from '../journey/node.ts';
import type { ParsedOutput } from '../journey/output.ts';
import type { ParsedStep } from '../journey/step.ts';
import { checkFailedSend, compileAssertion, expectsFailure } from './assertion.ts';
import { type Compiling, reportError, reportWarning } from './compiling.ts';
import { impliedAssertions } from './exec.ts';
import type { Addressed } from './openapi.ts';
import { compileOutput, compileSetValue, markSecret } from './outputs.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';
import type { UsedTemplate } from './template.ts';

/** What is made of a step's answer. */
export interface Judgement {
  readonly outputs: readonly Output[];
  readonly assertions: readonly Assertion[];
}

/** Outputs of the template, of `set`, and the step's own, each of which sees those before it. */
function compileOutputs(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  template: UsedTemplate | undefined,
): readonly Output[] {
  const answer = step.hasAnswer;
  const own = parsed.outputs?.entries ?? [];
  // What a journey as a step declares is there before.
  let count = parsed.journey === undefined ? 0 : Math.max(0, step.outputs.length - own.length);
  const next = (): Position => {
    count += 1;
    return { step, after: { outputs: step.outputs.slice(0, count - 1), answer } };
  };
  const marked = (compile: (position: Position) => Output): Output => {
    const position = next();
    return markSecret(compiling, position, compile(position));
  };
  const given = template?.parsed.outputs?.entries ?? [];
  const ofTemplate = given.map((entry) =>
    marked((position) => compileOutput(template?.compiling ?? compiling, position, entry)),
  );
  const set = (parsed.set?.entries ?? []).map((entry) =>
    marked((position) => compileSetValue(compiling, position, entry)),
  );
  const written = own.map((entry) => marked((position) => compileOutput(compiling, position, entry)));
  return [...ofTemplate, ...set, ...written];
}

/** `outputs` beside a template or `set`: what they give has its name already. */
function checkNames(compiling: Compiling, parsed: ParsedStep, outputs: readonly Output[]): void {
  const own = parsed.outputs?.entries ?? [];
  const given = outputs.slice(0, outputs.length - own.length).map(({ name }) => name);
  const all = [...(parsed.set?.entries ?? []), ...own];
  for (const { key } of all) {
    const before = given.filter((name) => name === key.text).length;
    const isSet = parsed.set?.entries.some((entry) => entry.key === key);
    if (before <= (isSet ? 1 : 0)) continue;
    reportError(compiling, 'duplicate-id', key.span, `the step has an output "${key.text}" already`);
  }
}

/** Assertions of the template and the step's own; where one expects a failed send, none may look at an answer. */
function compileAssertions(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  template: UsedTemplate | undefined,
  request: Addressed | undefined,
): readonly Assertion[] {
  const after = { outputs: step.outputs, answer: step.hasAnswer, request };
  const position: Position = { step, after };
  const own = { compiling, written: parsed.assertions?.items.flat() ?? [] };
  const ofTemplate = template && {
    compiling: template.compiling,
    written: template.parsed.assertions?.items.flat() ?? [],
  };
  const parts = ofTemplate === undefined ? [own] : [ofTemplate, own];
  const expected = parts.some(({ written }) => expectsFailure(written));
  return parts.flatMap(({ compiling: from, written }) => {
    if (expected) checkFailedSend(from, [...written, ...(from === compiling ? mustBeThere(parsed) : [])]);
    return written.map((one) => compileAssertion(from, position, one));
  });
}

/** Outputs of an answer without which the step fails. */
function mustBeThere(parsed: ParsedStep): readonly ParsedOutput[] {
  const outputs = parsed.outputs?.entries.map(({ value }) => value) ?? [];
  return outputs.filter(
    ({ target, optional, default: fallback }) =>
      target.kind !== 'output' && optional === undefined && fallback === undefined,
  );
}

export function compileJudgement(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  template: UsedTemplate | undefined,
  request: Addressed | undefined,
): Judgement {
  const outputs = compileOutputs(compiling, parsed, step, template);
  checkNames(compiling, parsed, outputs);
  const implied = impliedAssertions(compiling, parsed);
  const written = compileAssertions(compiling, parsed, step, template, request);
  return { outputs, assertions: [...implied, ...written] };
}

/** A request without assertions passes whatever its answer is. */
export function warnNoAssertions(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  template: UsedTemplate | undefined,
): void {
  const judged = [parsed.node, ...(template === undefined ? [] : [template.parsed.node])].some((node) => {
    const written = memberOf(node, 'assertions')?.value;
    return written !== undefined && !(written.kind === 'list' && written.items.length === 0);
  });
  if (judged || parsed.poll?.until !== undefined || step.cleanup !== undefined) return;
  const message = `"${step.id}" passes whatever the answer is`;
  reportWarning(compiling, 'no-assertions', parsed.id.span, message, 'add assertions: [{ status: 200 }]');
}
