import type { Environment } from '../artifact/environment.ts';
import type { Artifact, Step } from '../artifact/types.ts';
import { isRound, placeOfKey } from '../run/instance.ts';
import { everyStep } from '../run/plan-order.ts';
import type { AttemptRecord, RunRecord, StepRecord } from '../run/record.ts';
import { visibleLine } from './text.ts';

const plans = new WeakMap<Artifact, ReadonlyMap<string, Step>>();

/** Every step of an artifact by its key: plan, branches and cleanup. */
export function planOf(artifact: Artifact): ReadonlyMap<string, Step> {
  const plan = plans.get(artifact) ?? indexPlan(artifact);
  plans.set(artifact, plan);
  return plan;
}

function indexPlan(artifact: Artifact): ReadonlyMap<string, Step> {
  return new Map(everyStep(artifact).map((step) => [step.key, step]));
}

/** The plan's step that a record's step came from: of a round of a loop the one that loops. */
export function plannedStep(plan: ReadonlyMap<string, Step>, step: StepRecord): Step | undefined {
  return plan.get(placeOfKey(step.key));
}

/** A step whose own lines are those of the steps inside it, or of its rounds. */
export function isContainer(step: StepRecord): boolean {
  return step.loop || step.kind === 'parallel' || step.kind === 'group' || step.kind === 'journey';
}

/** Its name, else its id; of a round with its number: `Add an item [2]`, `add[2]`. */
export function labelOf(step: StepRecord): string {
  if (step.name === undefined) return visibleLine(idOf(step));
  const round = isRound(step.key) ? ` ${step.key.slice(step.key.lastIndexOf('['))}` : '';
  return visibleLine(step.name) + round;
}

/** Its name with the id that a command takes: `Pay the order (pay)`. */
export function titleOf(step: StepRecord): string {
  return step.name === undefined || step.name === step.key
    ? labelOf(step)
    : `${labelOf(step)} (${visibleLine(idOf(step))})`;
}

function idOf(step: StepRecord): string {
  return step.key.slice(step.key.lastIndexOf('/') + 1);
}

/** Tries of a step and looks of a poll; that it was skipped is no try. */
export function triesOf(step: StepRecord): readonly AttemptRecord[] {
  return step.attempts.filter((attempt) => attempt.outcome?.state !== 'skipped');
}

export function lastTry(step: StepRecord): AttemptRecord | undefined {
  return step.attempts.findLast((attempt) => attempt.outcome?.state !== 'skipped');
}

/** When the step was over; undefined while another attempt is due. */
export function settledAt(step: StepRecord): number | undefined {
  const outcome = step.attempts.at(-1)?.outcome;
  return outcome?.again === undefined ? outcome?.at : undefined;
}

/** Attempts of `retry` are repeated; each look of a `poll` may have taken several. */
export function countTries(step: StepRecord): { readonly attempts: number; readonly looks: number } {
  const tries = triesOf(step);
  const again = tries.filter(({ outcome }) => outcome?.again?.kind === 'retry').length;
  return { attempts: tries.length, looks: step.poll ? tries.length - again : 0 };
}

/** From the first request to the end, pauses included; a single try: what its exchange took. */
export function durationOf(step: StepRecord): number | undefined {
  const tries = triesOf(step);
  const [first] = tries;
  const last = tries.at(-1);
  if (first === undefined || last?.outcome === undefined) return undefined;
  if (tries.length === 1 && last.evidence !== undefined) return last.evidence.durationMs;
  return last.outcome.at - first.startedAt;
}

export function runDurationOf(record: RunRecord): number | undefined {
  if (record.finishedAt === undefined) return undefined;
  return record.finishedAt - (record.startedAt ?? record.request.createdAt);
}

/** What tells the runs of one journey apart: `Happy path, row 3`; empty where there is neither. */
export function caseAndRowOf(request: RunRecord['request']): string {
  return [request.case, request.row?.id].filter((name) => name !== undefined).join(', ');
}

export interface RequestLine {
  readonly method: string;
  /** The path below its service's base URL, else the whole URL. */
  readonly path: string;
}

/** What the step sent last, or was about to send. */
export function requestLineOf(step: StepRecord, environment: Environment): RequestLine | undefined {
  const attempt = lastTry(step);
  const command = attempt?.evidence?.command?.text ?? commandOf(step, attempt);
  if (command !== undefined) return { method: 'exec', path: visibleLine(command) };
  const request = attempt?.evidence?.request;
  if (request !== undefined) return { method: request.method, path: shortUrl(request.url, environment) };
  if (attempt?.intent === undefined) return undefined;
  return { method: attempt.intent.method, path: shortUrl(attempt.intent.target, environment) };
}

function commandOf({ kind }: StepRecord, attempt: AttemptRecord | undefined): string | undefined {
  return kind === 'exec' ? attempt?.intent?.target : undefined;
}

function shortUrl(url: string, environment: Environment): string {
  const bases = Object.values(environment.services)
    .map((service) => service.url)
    .filter((base) => base !== '' && url.startsWith(base) && /^(?:[/?#]|$)/.test(url.slice(base.length)))
    .sort((a, b) => b.length - a.length);
  const below = url.slice(bases[0]?.length ?? 0);
  return visibleLine(below.startsWith('/') || bases.length === 0 ? below : `/${below}`);
}
