import type { Artifact, Step } from '../artifact/types.ts';
import type { Draws, Scope } from '../query/expression.ts';
import type { Value, ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { createDraws } from './draws.ts';
import type { Masker } from './mask.ts';
import { createMasker } from './mask.ts';
import type { Cookies, Instant, Outcome, Reason } from './outcome.ts';
import { createParsed, type Parsed } from './parsed.ts';
import type { Effects } from './ports.ts';
import type { RunRequest } from './request.ts';

/** What all steps of a run share. */
export interface RunContext {
  readonly artifact: Artifact;
  readonly request: RunRequest;
  readonly secrets: ValueMap;
  readonly effects: Effects;
  readonly parsed: Parsed;
  readonly masker: Masker;
  /** What expressions see of each step, by its id. */
  readonly steps: Map<string, ValueMap>;
  /** Keys of steps whose cleanup has something to undo. */
  readonly registered: Set<string>;
  /** Steps that failed, by key, and why. */
  readonly failures: Map<string, Reason | undefined>;
  /** Evaluated once, at the start of the run. */
  variables: ValueMap;
}

/** What changes along one branch of a run, and is joined in the order of the plan. */
export interface Branchwise {
  cookies: Cookies;
  /** Scopes whose stops this branch hears, outermost first. */
  readonly scopes: readonly string[];
}

/** What a step's own expressions see beside the run. */
export interface Local {
  readonly answer?: Answer;
  readonly request?: ValueMap;
  readonly outputs?: ValueMap;
}

export function createContext(
  artifact: Artifact,
  request: RunRequest,
  secrets: { readonly [name: string]: string },
  effects: Effects,
): RunContext {
  const masker = createMasker();
  for (const secret of Object.values(secrets)) masker.add(secret);
  const steps = new Map<string, ValueMap>();
  const announce = (step: Step): void => {
    steps.set(step.id, { state: 'skipped', outputs: {} });
    step.cleanup.forEach(announce);
    if (step.kind === 'parallel') step.steps.forEach(announce);
  };
  artifact.steps.forEach(announce);
  artifact.cleanup.forEach(announce);
  const registered = new Set<string>();
  return {
    artifact,
    request,
    secrets,
    effects,
    parsed: createParsed(),
    masker,
    steps,
    registered,
    failures: new Map(),
    variables: {},
  };
}

export function drawsOf(context: RunContext, key: string, now: Instant): Draws {
  return createDraws(context.effects, context.request.seed, key, now);
}

/** The names that an expression of a step may read. */
export function createScope(context: RunContext, draws: Draws, local: Local = {}): Scope {
  return { draws, get: (root) => rootValue(context, draws, local, root) };
}

function rootValue(context: RunContext, draws: Draws, local: Local, root: string): Value | undefined {
  switch (root) {
    case 'inputs':
      return context.request.inputs;
    case 'variables':
      return context.variables;
    case 'env':
      return environmentValues(context, draws);
    case 'services':
      return serviceUrls(context, draws);
    case 'secrets':
      return context.secrets;
    case 'steps':
      return Object.fromEntries(context.steps);
    case 'run':
      return { id: context.request.firstRun };
    case 'journey':
      return { name: context.artifact.name };
    case 'case':
      return context.request.case === undefined ? {} : { name: context.request.case };
    default:
      return localValue(local, root);
  }
}

function localValue(local: Local, root: string): Value | undefined {
  if (root === 'response') return local.answer?.view();
  if (root === 'request') return local.request;
  return root === 'outputs' ? local.outputs : undefined;
}

/** Values of the environment; one that holds a secret is secret. */
function environmentValues(context: RunContext, draws: Draws): ValueMap {
  const scope = secretsScope(context, draws);
  return evaluateMembers(context, context.request.environment.values, (value) => {
    const parsed = context.parsed.template(value);
    const result = parsed.evaluate(scope);
    const reads = parsed.expressions.some(({ expression }) =>
      expression.references.some(({ path }) => path[0] === 'secrets'),
    );
    if (reads) context.masker.add(result);
    return result;
  });
}

/** An environment sees only secrets: the shell was read at dispatch. */
export function secretsScope(context: RunContext, draws: Draws): Scope {
  return { draws, get: (root) => (root === 'secrets' ? context.secrets : undefined) };
}

function serviceUrls(context: RunContext, draws: Draws): ValueMap {
  const scope = secretsScope(context, draws);
  const services = Object.entries(context.request.environment.services);
  return Object.fromEntries(
    services.map(([name, { url }]) => [
      name,
      { url: context.parsed.text(url).render(scope).replace(/\/$/, '') },
    ]),
  );
}

function evaluateMembers(
  context: RunContext,
  members: ValueMap,
  evaluate: (value: Value) => Value,
): ValueMap {
  const constant = Object.values(members).every((value) => context.parsed.template(value).constant);
  if (constant) return members;
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, evaluate(value)]));
}

/** What later steps see of a finished step. */
export function remember(context: RunContext, step: Step, outcome: Outcome): void {
  const outputs = outcome.outputs ?? {};
  if (isFailure(outcome)) context.failures.set(step.key, outcome.reason);
  context.steps.set(step.id, {
    state: outcome.state === 'passed' ? 'passed' : visibleState(outcome),
    outputs,
    ...(outcome.response === undefined ? {} : { response: outcome.response }),
  });
  for (const { name, secret } of step.outputs) {
    const value = outputs[name];
    if (secret === true && value !== undefined) context.masker.add(value);
  }
}

function visibleState(outcome: Outcome): 'failed' | 'skipped' {
  return isFailure(outcome) ? 'failed' : 'skipped';
}

export function isFailure({ state }: Pick<Outcome, 'state'>): boolean {
  return state === 'failed' || state === 'unknown';
}
