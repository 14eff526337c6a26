import type { Artifact, Step } from '../artifact/types.ts';
import type { Draws, Scope } from '../query/expression.ts';
import type { Value, ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { createDraws } from './draws.ts';
import { type EnvironmentSource, evaluateEnvironment, serviceUrls } from './environment.ts';
import { createMasker } from './mask.ts';
import type { Cookies, Instant, Outcome, Reason } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { createParsed } from './parsed.ts';
import { everyStep } from './plan-order.ts';
import type { Effects } from './ports.ts';
import type { RunRequest } from './request.ts';
import { valueErrorOf } from './value-error.ts';

/** What all steps of a run share. */
export interface RunContext extends EnvironmentSource {
  readonly effects: Effects;
  /** Evaluated once a run. @throws EvaluationError, in the step that reads it */
  readonly environment: () => ValueMap;
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
  const source = { artifact, request, secrets, parsed: createParsed(), masker };
  return {
    ...source,
    effects,
    environment: createEnvironment(source, effects),
    steps: new Map(everyStep(artifact).map(({ id }) => [id, { state: 'skipped', outputs: {} }])),
    registered: new Set(),
    failures: new Map(),
    variables: {},
  };
}

/** Evaluated at once, so that what is secret in it is masked from the first step on, in every pass. */
function createEnvironment(source: EnvironmentSource, effects: Effects): () => ValueMap {
  const { seed, createdAt } = source.request;
  let known: ValueMap | undefined;
  const environment = (): ValueMap => {
    known ??= evaluateEnvironment(source, createDraws(effects, seed, '~environment', createdAt));
    return known;
  };
  try {
    environment();
  } catch (error) {
    valueErrorOf(error);
  }
  return environment;
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
      return context.environment();
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

/** What later steps see of a finished step. */
export function remember(context: RunContext, step: Step, outcome: Outcome): void {
  const { outputs = {} } = outcome;
  if (isFailure(outcome)) context.failures.set(step.key, outcome.reason);
  context.steps.set(step.id, {
    state: outcome.state === 'passed' ? 'passed' : visibleState(outcome),
    outputs,
    ...(outcome.response === undefined ? {} : { response: outcome.response }),
  });
  for (const { name, secret } of step.outputs) {
    const value = ownMember(outputs, name);
    if (secret === true && value !== undefined) context.masker.add(value);
  }
}

function visibleState(outcome: Outcome): 'failed' | 'skipped' {
  return isFailure(outcome) ? 'failed' : 'skipped';
}

export function isFailure({ state }: Pick<Outcome, 'state'>): boolean {
  return state === 'failed' || state === 'unknown';
}
