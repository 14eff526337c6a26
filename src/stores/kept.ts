import type { Artifact, Step } from '../artifact/types.ts';
import { indexSteps, runBranch } from '../run/branch.ts';
import { createContext } from '../run/context.ts';
import { runJourney } from '../run/engine.ts';
import type { Kept, RunEvent } from '../run/event.ts';
import { isEngineKey, stepKey, variablesKey } from '../run/key.ts';
import type { Outcome } from '../run/outcome.ts';
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
  const again = (key: string): boolean => from === 'start' || undone.has(key) || !isDone(results, key);
  const keys = await replay(run, results, again);
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

/** The last outcome of a step: that of its last attempt. */
function lastOutcome(results: ReadonlyMap<string, Kept>, key: string): Outcome | undefined {
  const own = [...results.values()].filter((result) => stepKey(result.key) === key);
  return own.at(-1)?.outcome;
}

function isDone(results: ReadonlyMap<string, Kept>, key: string): boolean {
  const state = lastOutcome(results, key)?.state;
  return state === 'passed' || state === 'skipped';
}

/** Steps that a cleanup undid (its request may have been sent), with that cleanup's key. */
function findUndone(artifact: Artifact, results: ReadonlyMap<string, Kept>): Map<string, string> {
  const undone = new Map<string, string>();
  for (const step of indexSteps(artifact).values()) {
    const sent = [...results.values()].some(
      ({ key, outcome }) => stepKey(key) === step.key && outcome.sent !== 'no',
    );
    if (sent) for (const key of undoneBy(step)) undone.set(key, step.key);
  }
  return undone;
}

function undoneBy(step: Step): readonly string[] {
  return step.inCleanup === true ? step.undoes : [];
}

/** Runs the engine over recorded outcomes alone; every branch ends at the first that is not kept. */
async function replay(
  run: FinishedRun,
  results: ReadonlyMap<string, Kept>,
  again: (key: string) => boolean,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const context = createContext(run.artifact, run.request, {}, run.effects);
  const steps = indexSteps(run.artifact);
  const recorded = (key: string, cleanup: boolean): Outcome => {
    const result = results.get(key);
    const own = isEngineKey(key) ? ownerOf(key) : stepKey(key);
    if (result === undefined || cleanup || (own !== undefined && again(own))) throw left;
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

/** The step that one of the engine's own keys belongs to; none for the run's variables. */
function ownerOf(key: string): string | undefined {
  return key === variablesKey ? undefined : stepKey(key.slice(key.indexOf('/') + 1));
}

/** A step that was answered, or undone, gets a new idempotency key; one whose outcome is unknown keeps it. */
function raiseGenerations(
  request: RunRequest,
  results: ReadonlyMap<string, Kept>,
  kept: ReadonlySet<string>,
  undone: ReadonlyMap<string, string>,
): { readonly [key: string]: number } {
  const raised: Record<string, number> = { ...request.generations };
  const answered = [...results.values()].filter(
    ({ key, outcome }) => !kept.has(key) && outcome.sent === 'yes',
  );
  for (const key of new Set([...answered.map((one) => stepKey(one.key)), ...undone.keys()])) {
    raised[key] = (request.generations[key] ?? 0) + 1;
  }
  return raised;
}
