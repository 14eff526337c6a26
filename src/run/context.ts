import type { Artifact, Step } from '../artifact/types.ts';
import type { Draws, Scope } from '../query/expression.ts';
import type { Value, ValueMap } from '../query/value.ts';
import type { Answer } from './answer.ts';
import { callbackUrls } from './callbacks.ts';
import type { Jars } from './cookies.ts';
import { createDraws } from './draws.ts';
import { type EnvironmentSource, evaluateEnvironment, serviceUrls } from './environment.ts';
import { type Frame, type Registered, registrationKey } from './frame.ts';
import { createMasker } from './mask.ts';
import type { Instant, Outcome, Reason } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { createParsed, type Parsed } from './parsed.ts';
import { everyStep, ownSteps } from './plan-order.ts';
import type { Effects } from './ports.ts';
import { createRedactor, type Redactor } from './redact.ts';
import type { RunRequest } from './request.ts';
import { learnSecrets } from './secret-outputs.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { valueErrorOf } from './value-error.ts';

/** What all steps of a run share. */
export interface RunContext extends EnvironmentSource {
  readonly effects: Effects;
  readonly tokens: Tokens;
  /** Evaluated once a run. @throws EvaluationError, in the step that reads it */
  readonly environment: () => ValueMap;
  /** What expressions see of each step, by its id. */
  readonly steps: Map<string, ValueMap>;
  /** Cleanups that have something to undo, in the order of the plan. */
  readonly registered: Map<string, Registered>;
  /** Steps that failed, by key, and why. */
  readonly failures: Map<string, Reason | undefined>;
  readonly frame: Frame;
  readonly redactor: Redactor;
}

/** What changes along one branch of a run, and is joined in the order of the plan. */
export interface Branchwise {
  jars: Jars;
  /** Scopes whose stops this branch hears, outermost first. */
  readonly scopes: readonly string[];
}

/** What a step's own expressions see beside the run. */
export interface Local {
  readonly answer?: Answer;
  /** Made when it is first read. */
  readonly request?: () => ValueMap;
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
  const source = { artifact, request, secrets, parsed: parsedOf(artifact), masker, effects };
  return {
    ...source,
    environment: createEnvironment(source, effects),
    tokens: createTokens(),
    steps: pendingSteps(artifact),
    registered: new Map(),
    failures: new Map(),
    redactor: createRedactor(artifact.redact, source.parsed),
    frame: { journey: artifact.name, inputs: request.inputs, variables: {}, locals: {}, callbacks: {} },
  };
}

const parsedTexts = new WeakMap<Artifact, Parsed>();

function parsedOf(artifact: Artifact): Parsed {
  const parsed = parsedTexts.get(artifact) ?? createParsed(localNames(artifact));
  parsedTexts.set(artifact, parsed);
  return parsed;
}

/** What expressions see of the steps of a journey before any of them ran; those of journeys inside it are not its own. */
export function pendingSteps(journey: Pick<Artifact, 'steps' | 'cleanup'>): Map<string, ValueMap> {
  return new Map(ownSteps(journey).map(({ id }) => [id, { state: 'skipped', outputs: {} }]));
}

/** Names that rounds of loops and templates add. */
function localNames(artifact: Artifact): readonly string[] {
  const items = everyStep(artifact).flatMap(({ forEach }) => (forEach === undefined ? [] : [forEach.as]));
  return [...new Set(['index', 'repeat', 'values', 'row', 'callbacks', ...items])];
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
  const { digests } = context.effects;
  return {
    draws,
    digests,
    get: (root) => rootValue(context, draws, local, root),
    // A run may have thousands of steps, and each of them may read of another one.
    member: (root, name) => (root === 'steps' ? context.steps.get(name) : undefined),
  };
}

function rootValue(context: RunContext, draws: Draws, local: Local, root: string): Value | undefined {
  switch (root) {
    case 'inputs':
      return context.frame.inputs;
    case 'variables':
      return context.frame.variables;
    case 'env':
      return context.environment();
    case 'services':
      return serviceUrls(context, draws);
    case 'secrets':
      return context.secrets;
    case 'steps':
      return Object.fromEntries(context.steps);
    case '~files':
      return Object.fromEntries(context.artifact.files ?? []);
    case 'callbacks':
      return callbackUrls(context.frame);
    case 'run':
      return { id: context.request.firstRun };
    case 'journey':
      return { name: context.frame.journey };
    case 'case':
      return context.request.case === undefined ? {} : { name: context.request.case };
    case 'row':
      return context.request.row === undefined ? {} : { index: context.request.row.index };
    default:
      return localValue(local, root) ?? ownMember(context.frame.locals, root);
  }
}

function localValue(local: Local, root: string): Value | undefined {
  if (root === 'response') return local.answer?.view();
  if (root === 'request') return local.request?.();
  return root === 'outputs' ? local.outputs : undefined;
}

/** What later steps see of a finished step. */
export function remember(context: RunContext, step: Step, outcome: Outcome): void {
  const { outputs = {}, response } = outcome;
  if (isFailure(outcome)) context.failures.set(step.key, outcome.reason);
  const view = { state: outcome.state === 'passed' ? 'passed' : visibleState(outcome), outputs };
  context.steps.set(step.id, response === undefined ? view : { ...view, response });
  learnSecrets(context.masker, step.outputs, outputs);
  if (step.repeat !== undefined) learnSecrets(context.masker, step.repeat.set, outcome.next);
}

function visibleState(outcome: Outcome): 'failed' | 'skipped' {
  return isFailure(outcome) ? 'failed' : 'skipped';
}

/** Something may have to be undone, in the frame that it was done in. */
export function register(context: RunContext, step: Step, list: Registered['list'] = 'cleanup'): void {
  const registered = { key: step.key, list, frame: context.frame, steps: {} };
  context.registered.set(registrationKey(registered), registered);
}

/** A step that itself sends nothing is undone where a step inside it may have to be. */
export function registerAround(context: RunContext, step: Step): void {
  const inside = `${step.key}/`;
  if (step.cleanup.length === 0) return;
  const mayBeDone = ({ key, list }: Registered): boolean => list === 'cleanup' && key.startsWith(inside);
  if ([...context.registered.values()].some(mayBeDone)) register(context, step);
}

export function isFailure({ state }: Pick<Outcome, 'state'>): boolean {
  return state === 'failed' || state === 'unknown';
}
