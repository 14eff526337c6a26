import type { Artifact, Step } from '../artifact/types.ts';
import { indexSteps, runBranch } from '../run/branch.ts';
import { createContext } from '../run/context.ts';
import { runJourney } from '../run/engine.ts';
import type { Kept, RunEvent } from '../run/event.ts';
import { isInRoundsOf, placeOfKey } from '../run/instance.ts';
import { callbacksKey, isEngineKey, isPreparation, isTimeoutKey, stepKey, variablesKey } from '../run/key.ts';
import type { Outcome } from '../run/outcome.ts';
import { planOrder } from '../run/plan-order.ts';
import type { Effects, Primitives } from '../run/ports.ts';
import type { RunRequest } from '../run/request.ts';
import { runBranches } from './branches.ts';
import { wholeOutcome } from './history.ts';
import { LeftError } from './left.ts';

export interface RetryPlan {
  /** Outcomes that the new run takes over, in the order they are replayed. */
  readonly kept: readonly Kept[];
  readonly generations: { readonly [key: string]: number };
  readonly undone: { readonly [key: string]: string };
}

export interface FinishedRun {
  readonly artifact: Artifact;
  readonly request: RunRequest;
  /** Everything recorded, hidden parts opened. */
  readonly history: readonly RunEvent[];
  /** Digests only: nothing is sent. */
  readonly effects: Effects;
}

/**
 * What a retry keeps of a finished run. From the start: its variables. From the first failed step: every
 * outcome before it, found by running the engine dry over the record, but nothing of a step that did not
 * pass, or that a cleanup undid.
 */
export async function planRetry(run: FinishedRun, from: 'failed' | 'start'): Promise<RetryPlan> {
  const results = readResults(run.history);
  const undone = findUndone(run.artifact, results);
  const keys = await replay(run, results, (key) => {
    const own = ownerOf(key);
    const passed = results.byKey.get(key)?.outcome.state === 'passed';
    if (own === undefined) return passed;
    if (from === 'start' || undone.has(own)) return false;
    // A condition that held stays decided where its step did not pass: the branches that did are kept.
    return isDone(results, own) || (passed && isPreparation(key));
  });
  const kept = [...keys].flatMap((key) => results.byKey.get(key) ?? []);
  return {
    kept,
    generations: raiseGenerations(run.request, results, keys, undone),
    undone: Object.fromEntries([...undone].filter(([key]) => isDone(results, key))),
  };
}

/** What is recorded, by durable key, and of each step its attempts in their order. */
interface Results {
  readonly byKey: ReadonlyMap<string, Kept>;
  readonly attempts: ReadonlyMap<string, readonly Outcome[]>;
}

function readResults(history: readonly RunEvent[]): Results {
  const byKey = new Map<string, Kept>();
  for (const event of history) {
    if (event.type === 'run.created') for (const kept of event.kept) byKey.set(kept.key, kept);
    if (event.type === 'step.finished') {
      const { type: _, at: __, ...kept } = event;
      byKey.set(event.key, kept);
    }
    if (event.type === 'wait.finished') byKey.set(event.key, { key: event.key, outcome: event.outcome });
  }
  const attempts = new Map<string, Outcome[]>();
  for (const { key, outcome } of byKey.values()) {
    const step = stepKey(key);
    const known = attempts.get(step);
    if (known === undefined) attempts.set(step, [outcome]);
    else known.push(outcome);
  }
  return { byKey, attempts };
}

function outcomesOf({ attempts }: Results, key: string): readonly Outcome[] {
  return attempts.get(key) ?? [];
}

function isDone(results: Results, key: string): boolean {
  const last = outcomesOf(results, key).at(-1);
  // One that was to be tried again, and was stopped, is not done whatever its last answer was.
  return last?.again === undefined && (last?.state === 'passed' || last?.state === 'skipped');
}

/** Steps that a cleanup undid (its request may have been sent), with that cleanup's key. */
function findUndone(artifact: Artifact, results: Results): Map<string, string> {
  const undone = new Map<string, string>();
  const steps = indexSteps(artifact);
  const keys = [...results.attempts.keys()].filter((key) => !isEngineKey(key));
  for (const by of keys) {
    const step = steps.get(placeOfKey(by));
    if (step?.inCleanup !== true || outcomesOf(results, by).every(({ sent }) => sent === 'no')) continue;
    const places = new Set(step.undoes.flatMap((place) => placesIn(steps, place)));
    for (const key of keys) if (places.has(placeOfKey(key)) && isInRoundsOf(by, key)) undone.set(key, by);
  }
  return undone;
}

/** What undoes a step undoes those inside it. */
function placesIn(steps: ReadonlyMap<string, Step>, place: string): readonly string[] {
  const step = steps.get(place);
  return step === undefined ? [] : planOrder([step]).map(({ key }) => key);
}

/** Runs the engine over recorded outcomes alone; every branch ends at the first that is not kept. */
async function replay(
  run: FinishedRun,
  results: Results,
  isKept: (key: string) => boolean,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const context = createContext(run.artifact, run.request, {}, run.effects);
  const steps = indexSteps(run.artifact);
  const recorded = (key: string, cleanup: boolean): Outcome => {
    const result = results.byKey.get(key);
    // Time counts anew where a step is run again; what is inside it may be kept.
    const kept = isKept(key);
    if (result === undefined || cleanup || (!kept && !isTimeoutKey(key))) throw left;
    if (kept) keys.add(key);
    return wholeOutcome(result);
  };
  const primitives: Primitives = {
    step: async (key, mode) => recorded(key, mode.cleanup === true),
    wait: async (key, mode) => recorded(key, mode.cleanup === true),
    async parallel(_key, mode, shared, branches) {
      const run = (branch: { key: string }) =>
        runBranch({ context, primitives }, steps, branch, shared, mode.scopes);
      const ended = await runBranches(branches, branches.length, run, () => {});
      if (ended.left.length > 0) throw left;
      return ended.results;
    },
    note: () => {},
    deadline: () => {},
    stopOf: () => undefined,
  };
  try {
    await runJourney(context, primitives, () => undefined);
  } catch (error) {
    if (error !== left) throw error;
  }
  return keys;
}

const left = new LeftError({ kind: 'interrupted', keys: [] });

/** The step that a durable key belongs to, also one of the engine's own; none for the run's variables and callbacks. */
function ownerOf(key: string): string | undefined {
  if (key === variablesKey || key === callbacksKey) return undefined;
  return stepKey(isEngineKey(key) ? key.slice(key.indexOf('/') + 1) : key);
}

/** A step that was answered, or undone, gets a new idempotency key; one whose outcome is unknown keeps it. */
function raiseGenerations(
  request: RunRequest,
  results: Results,
  kept: ReadonlySet<string>,
  undone: ReadonlyMap<string, string>,
): { readonly [key: string]: number } {
  const raised: Record<string, number> = { ...request.generations };
  const again = [...results.byKey.keys()].filter((key) => !kept.has(key) && !isEngineKey(key)).map(stepKey);
  const answered = again.filter((key) => isAnswered(results, key));
  for (const key of new Set([...answered, ...undone.keys()])) {
    raised[key] = (request.generations[key] ?? 0) + 1;
  }
  return raised;
}

/** The last of its attempts that left was answered: an answer to one before says nothing about what came after. */
function isAnswered(results: Results, key: string): boolean {
  const left = outcomesOf(results, key).filter((outcome) => outcome.sent !== 'no');
  return left.at(-1)?.sent === 'yes';
}
