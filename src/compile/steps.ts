import type {
  CheckStep,
  GroupStep,
  JourneyStep,
  ManualStep,
  ParallelStep,
  Step,
  WaitForStep,
  WaitStep,
} from '../artifact/types.ts';
import { placeOf } from '../diagnostics/source.ts';
import type { ParsedDefaults } from '../journey/journey.ts';
import { memberOf } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { atOf, type Compiling, reportError } from './compiling.ts';
import { compileStepCondition } from './condition.ts';
import { compileExec, type ExecParts } from './exec.ts';
import { compileText } from './expression.ts';
import { checkIdentifier } from './identifier.ts';
import { compileJudgement, warnNoAssertions } from './judgement.ts';
import { checkKind, type StepKind, sendsRequests } from './kind.ts';
import { compileLoop } from './loop.ts';
import type { PlanStep } from './plan.ts';
import { loopNames } from './position.ts';
import { minimalReads } from './reads.ts';
import { compileRequestParts, type RequestParts } from './request-step.ts';
import { type CompiledSubJourney, compileSubJourney, outputsBeside } from './sub-journey.ts';
import { type UsedTemplate, useTemplate } from './template.ts';
import { asCleanup, stepsReadBy } from './undoes.ts';
import { compileWait } from './wait.ts';
import { compileWaitFor } from './wait-for.ts';

/** Where a list of steps stands. */
interface Around {
  readonly defaults: ParsedDefaults | undefined;
  /** In a cleanup: the keys of what is undone, or the journey's own cleanup, which says by what it reads. */
  readonly cleanup?: { readonly undoes: readonly string[] } | 'journey';
}

export function compileSteps(
  compiling: Compiling,
  steps: readonly ParsedStep[],
  around: Around,
): readonly Step[] {
  compiling.compilation.stepCount += steps.length;
  return steps.flatMap((parsed) => {
    const step = compiling.plan.byNode.get(parsed.node);
    return step === undefined ? [] : (compileStep(compiling, parsed, step, around) ?? []);
  });
}

function checkId(compiling: Compiling, parsed: ParsedStep, step: PlanStep): void {
  checkIdentifier(compiling, parsed.id, 'a step');
  const first = compiling.plan.byId.get(step.id);
  if (first === undefined || first === step) return;
  const line = placeOf(compiling.source, (memberOf(first.node, 'id')?.value ?? first.node).span).line;
  const message = `there are two steps "${step.id}"`;
  reportError(compiling, 'duplicate-id', parsed.id.span, message, `the first is on line ${line}`);
}

function checkVerifies(compiling: Compiling, parsed: ParsedStep): readonly string[] {
  const names = parsed.verifies?.items ?? [];
  for (const { text, span } of names) {
    if (compiling.acceptance.includes(text)) continue;
    const message = `the journey has no acceptance criterion "${text}"`;
    reportError(compiling, 'unknown-acceptance', span, message, 'declare it under acceptance:');
  }
  return names.map(({ text }) => text);
}

/** A cleanup is registered when a request leaves: without one it would never run. */
function checkCleanup(compiling: Compiling, parsed: ParsedStep): void {
  const member = memberOf(parsed.node, 'cleanup');
  if (member === undefined || sendsRequests(parsed)) return;
  const message = `this cleanup never runs: "${parsed.id.text}" sends nothing that it could undo`;
  const fix = "put it into the step that does something, or into the journey's own cleanup";
  reportError(compiling, 'step-never-runs', member.key.span, message, fix);
}

/** What makes a step one of its kind. */
type Content =
  | ({ readonly kind: 'request' } & RequestParts)
  | Pick<CheckStep, 'kind' | 'note'>
  | Pick<GroupStep, 'kind' | 'steps' | 'timeoutMs'>
  | Pick<ParallelStep, 'kind' | 'steps' | 'timeoutMs'>
  | Pick<WaitStep, 'kind' | 'until' | 'timeoutMs'>
  | Pick<WaitForStep, 'kind' | 'callback' | 'timeoutMs'>
  | Pick<ManualStep, 'kind' | 'ask' | 'timeoutMs'>
  | ({ readonly kind: 'exec' } & ExecParts)
  | ({ readonly kind: 'journey' } & CompiledSubJourney['content'] & Pick<JourneyStep, 'timeoutMs'>);

/** A step that is being compiled. */
interface Subject {
  readonly parsed: ParsedStep;
  readonly step: PlanStep;
  readonly around: Around;
  readonly template: UsedTemplate | undefined;
  readonly journey: CompiledSubJourney | undefined;
}

/** The steps of a group. */
function compileInner(compiling: Compiling, list: ParsedStep['steps'], around: Around): readonly Step[] {
  if (list?.items.length === 0) reportError(compiling, 'missing-key', list.span, 'a group needs a step');
  return compileSteps(compiling, list?.items ?? [], around);
}

function compileContent(compiling: Compiling, kind: StepKind, subject: Subject): Content | undefined {
  const { parsed, step, around, template, journey } = subject;
  const timeout = parsed.timeout === undefined ? {} : { timeoutMs: parsed.timeout.value };
  switch (kind) {
    case 'request': {
      const parts = compileRequestParts(compiling, parsed, step, template, around.defaults);
      return parts && { kind, ...parts };
    }
    case 'group':
      return { kind, ...timeout, steps: compileInner(compiling, parsed.steps, around) };
    case 'parallel':
      return { kind, ...timeout, steps: compileInner(compiling, parsed.parallel, around) };
    case 'journey':
      return journey && { kind, ...timeout, ...journey.content };
    case 'wait':
      return parsed.wait && { kind, ...timeout, until: compileWait(compiling, { step }, parsed.wait) };
    case 'waitFor':
      return (
        parsed.waitFor && {
          kind,
          ...timeout,
          callback: compileWaitFor(compiling, parsed, step, parsed.waitFor),
        }
      );
    case 'manual':
      return parsed.manual && { kind, ...timeout, ask: compileText(compiling, { step }, parsed.manual) };
    case 'exec':
      return parsed.exec && { kind, ...compileExec(compiling, parsed, step, parsed.exec) };
    case 'check':
      return { kind, ...(parsed.note && { note: compileText(compiling, { step }, parsed.note) }) };
  }
}

function compileCleanup(compiling: Compiling, { parsed, step, around }: Subject): readonly Step[] {
  checkCleanup(compiling, parsed);
  return compileSteps(compiling, parsed.cleanup?.items ?? [], {
    defaults: around.defaults,
    cleanup: around.cleanup ?? { undoes: [step.key] },
  });
}

function compileStep(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  around: Around,
): Step | undefined {
  checkId(compiling, parsed, step);
  const verifies = checkVerifies(compiling, parsed);
  const kind = checkKind(compiling, parsed);
  const condition = compileStepCondition(compiling, parsed, step);
  const loop = compileLoop(compiling, parsed, step);
  const template = useTemplate(compiling, parsed, step);
  const journey = kind === 'journey' ? compileSubJourney(compiling, parsed, step) : undefined;
  const subject: Subject = { parsed, step, around, template, journey };
  const content = kind === undefined ? undefined : compileContent(compiling, kind, subject);
  const request = content?.kind === 'request' ? content.request : undefined;
  const { outputs, assertions } = compileJudgement(compiling, parsed, step, template, request);
  const cleanup = compileCleanup(compiling, subject);
  if (kind === 'request' && !step.isOpen) warnNoAssertions(compiling, parsed, step, template);
  if (content === undefined) return undefined;
  const base = {
    key: step.key,
    id: step.id,
    at: atOf(compiling, parsed.id.span),
    ...(parsed.name === undefined ? {} : { name: parsed.name.text }),
    ...(condition === undefined ? {} : { if: condition }),
    ...loop,
    ...(parsed.continueOnFailure === undefined ? {} : { continueOnFailure: true as const }),
    ...(parsed.flaky === undefined ? {} : { flaky: true as const }),
    verifies,
    outputs: journey === undefined ? outputs : outputsBeside(journey, outputs),
    reads: [],
    assertions,
    cleanup,
    ...(around.cleanup === undefined ? {} : { inCleanup: true as const }),
    undoes: undone(compiling, step, around, content),
  };
  if (content.kind !== 'journey' || around.cleanup === undefined) return { ...base, ...content };
  return { ...base, ...content, steps: asCleanup(content.steps, base.undoes) };
}

function undone(
  compiling: Compiling,
  step: PlanStep,
  { cleanup }: Around,
  content: Content,
): readonly string[] {
  if (cleanup === undefined) return [];
  if (cleanup !== 'journey') return cleanup.undoes;
  const reads = content.kind === 'request' || content.kind === 'journey' || content.kind === 'exec';
  const ids = reads ? stepsReadBy(content, loopNames({ step })) : [];
  return ids.flatMap((id) => {
    const target = compiling.plan.byId.get(id);
    return target === undefined || target.cleanup !== undefined ? [] : [target.key];
  });
}

/** Reads are known only when the whole journey is compiled: they are put in last. */
export function withReads(compiling: Compiling, steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    const reads = minimalReads(compiling.usage.reads.get(step.id) ?? []);
    const cleanup = withReads(compiling, step.cleanup);
    // The steps of another journey have theirs already.
    if (step.kind !== 'parallel' && step.kind !== 'group') return { ...step, reads, cleanup };
    return { ...step, reads, cleanup, steps: withReads(compiling, step.steps) };
  });
}
