import type { Artifact, Step } from '../artifact/types.ts';
import { indexSteps, runBranch } from '../run/branch.ts';
import { createContext } from '../run/context.ts';
import { runJourney } from '../run/engine.ts';
import type { Kept, RunEvent } from '../run/event.ts';
import { conditionKey, isEngineKey, stepKey, variablesKey } from '../run/key.ts';
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
  const results = resultsOf(run.history);
  const undone = findUndone(run.artifact, results);
  const keys = await replay(run, results, (key) => {
    const own = ownerOf(key);
    const passed = results.get(key)?.outcome.state === 'passed';
    if (own === undefined) return passed;
    if (from === 'start' || undone.has(own)) return false;
    // A condition that held stays decided where its step did not pass: the branches that did are kept.
    return isDone(results, own) || (passed && key === conditionKey(own));
  });
  const kept = [...keys].flatMap((key) => results.get(key) ?? []);
  return {
    kept,
    generations: raiseGenerations(run.request, results, keys, undone),
    undone: Object.fromEntries([...undone].filter(([key]) => isDone(results, key))),
  };
}

function resultsOf(history: readonly RunEvent[]): ReadonlyMap<string, Kept> {
  const results = new Map<string, Kept>();
  for (const event of history) {
    if (event.type === 'run.created') for (const kept of event.kept) results.set(kept.key, kept);
    if (event.type === 'step.finished') {
      const { type: _, at: __, ...kept } = event;
      results.set(event.key, kept);
    }
    if (event.type === 'wait.finished') results.set(event.key, { key: event.key, outcome: event.outcome });
  }
  return results;
}

/** The outcomes of a step, attempt by attempt. */
function outcomesOf(results: ReadonlyMap<string, Kept>, key: string): readonly Outcome[] {
  return [...results.values()].filter((one) => stepKey(one.key) === key).map(({ outcome }) => outcome);
}

function isDone(results: ReadonlyMap<string, Kept>, key: string): boolean {
  const last = outcomesOf(results, key).at(-1);
  // One that was to be tried again, and was stopped, is not done whatever its last answer was.
  return last?.again === undefined && (last?.state === 'passed' || last?.state === 'skipped');
}

/** Steps that a cleanup undid (its request may have been sent), with that cleanup's key. */
function findUndone(artifact: Artifact, results: ReadonlyMap<string, Kept>): Map<string, string> {
  const undone = new Map<string, string>();
  const steps = indexSteps(artifact);
  for (const step of steps.values()) {
    const sent = outcomesOf(results, step.key).some((outcome) => outcome.sent !== 'no');
    if (sent) for (const key of undoneBy(steps, step)) undone.set(key, step.key);
  }
  return undone;
}

/** What undoes a `parallel` undoes the steps inside it. */
function undoneBy(steps: ReadonlyMap<string, Step>, step: Step): readonly string[] {
  if (step.inCleanup !== true) return [];
  return step.undoes.flatMap((key) => {
    const undone = steps.get(key);
    return undone?.kind === 'parallel' ? planOrder([undone]).map((inside) => inside.key) : [key];
  });
}

/** Runs the engine over recorded outcomes alone; every branch ends at the first that is not kept. */
async function replay(
  run: FinishedRun,
  results: ReadonlyMap<string, Kept>,
  isKept: (key: string) => boolean,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const context = createContext(run.artifact, run.request, {}, run.effects);
  const steps = indexSteps(run.artifact);
  const recorded = (key: string, cleanup: boolean): Outcome => {
    const result = results.get(key);
    if (result === undefined || cleanup || !isKept(key)) throw left;
    keys.add(key);
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
  };
  try {
    await runJourney(context, primitives, () => undefined);
  } catch (error) {
    if (error !== left) throw error;
  }
  return keys;
}

const left = new LeftError({ kind: 'interrupted', keys: [] });

/** The step that a durable key belongs to, also one of the engine's own; none for the run's variables. */
function ownerOf(key: string): string | undefined {
  if (key === variablesKey) return undefined;
  return stepKey(isEngineKey(key) ? key.slice(key.indexOf('/') + 1) : key);
}

/** A step that was answered, or undone, gets a new idempotency key; one whose outcome is unknown keeps it. */
function raiseGenerations(
  request: RunRequest,
  results: ReadonlyMap<string, Kept>,
  kept: ReadonlySet<string>,
  undone: ReadonlyMap<string, string>,
): { readonly [key: string]: number } {
  const raised: Record<string, number> = { ...request.generations };
  const again = [...results.keys()].filter((key) => !kept.has(key) && !isEngineKey(key)).map(stepKey);
  const answered = again.filter((key) => isAnswered(results, key));
  for (const key of new Set([...answered, ...undone.keys()])) {
    raised[key] = (request.generations[key] ?? 0) + 1;
  }
  return raised;
}

/** The last of its attempts that left was answered: an answer to one before says nothing about what came after. */
function isAnswered(results: ReadonlyMap<string, Kept>, key: string): boolean {
  const left = outcomesOf(results, key).filter((outcome) => outcome.sent !== 'no');
  return left.at(-1)?.sent === 'yes';
}
