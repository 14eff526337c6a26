import { onTestFinished } from 'vitest';
import { digestOf, encodeArtifact } from '../../src/artifact/canonical.ts';
import type { RunEvent } from '../../src/run/event.ts';
import type { OutcomeState } from '../../src/run/outcome.ts';
import type { Branch, BranchResult, Finished, Intent, Mode, Shared, Work } from '../../src/run/ports.ts';
import type { Signal, WaitFor } from '../../src/run/signal.ts';
import { createRunId } from '../../src/stores/ids.ts';
import { LeftError } from '../../src/stores/left.ts';
import { createLogPrimitives, type LogPrimitives } from '../../src/stores/primitives.ts';
import type { NewRun } from '../../src/stores/store.ts';
import { minimalArtifact } from '../support/minimal-artifact.ts';
import type { DurableRun, OpenRun } from './durable-run.ts';

/** What a branch does in a test, and the state that it comes to. */
export type BranchProgram = (pass: LogPrimitives, scopes: readonly string[]) => Promise<OutcomeState>;

export interface PassSettings {
  readonly branches?: { readonly [key: string]: BranchProgram };
  readonly parkAfterMs?: number;
}

/** A run as the suite sees it, whatever carries it out. */
export interface RunUnderTest extends Omit<DurableRun, 'claim'> {
  begin(settings?: PassSettings): Promise<LogPrimitives>;
}

export type OpenRunUnderTest = () => Promise<RunUnderTest>;

/** The primitives over a store's log: memory and JSON files. */
export function overLog(open: OpenRun): OpenRunUnderTest {
  return async () => {
    const run = await open(emptyRun());
    onTestFinished(() => run.close());
    return { ...run, begin: (settings = {}) => begin(run, settings) };
  };
}

function emptyRun(): NewRun {
  const artifact = encodeArtifact(minimalArtifact());
  const id = createRunId(Date.now());
  return {
    request: {
      id,
      artifact: digestOf(artifact),
      journey: 'minimal',
      environment: { name: 'local', services: {}, values: {} },
      inputs: {},
      variables: {},
      origins: {},
      secrets: [],
      seed: 'seed',
      createdAt: Date.now(),
      firstRun: id,
      generations: {},
    },
    artifact,
    kept: [],
    secrets: {},
  };
}

async function begin(run: DurableRun, settings: PassSettings): Promise<LogPrimitives> {
  const { history, log } = await run.claim();
  const pass: LogPrimitives = createLogPrimitives({
    history,
    log,
    now: Date.now,
    signal: new AbortController().signal,
    parkAfterMs: settings.parkAfterMs ?? Number.POSITIVE_INFINITY,
    runBranch: (branch, _shared, scopes) => runProgram(pass, settings, branch, scopes),
  });
  return pass;
}

async function runProgram(
  pass: LogPrimitives,
  { branches = {} }: PassSettings,
  { key }: Branch,
  scopes: readonly string[],
): Promise<BranchResult> {
  const program = branches[key];
  if (program === undefined) throw new Error(`no branch "${key}" was expected to run`);
  const state = await program(pass, scopes);
  const nothing = { steps: {}, jars: {}, outputs: {}, registered: [], failures: [] };
  return { key, state, halts: state === 'failed', ...nothing };
}

const frame = { journey: 'test', inputs: {}, variables: {}, locals: {}, callbacks: {} };
export const shared: Shared = { steps: {}, frame, jars: {} };
export const together = { limit: 64, failFast: true } as const;

export function branchesOf(...keys: readonly string[]): readonly Branch[] {
  return keys.map((key) => ({ key }));
}

export const inRun: Mode = { scopes: [''] };
export const inCleanup: Mode = { cleanup: true, scopes: [] };

export const unsafe: Intent = { method: 'POST', target: 'http://target.test/orders', repeatable: false };
export const safe: Intent = { method: 'PUT', target: 'http://target.test/orders/1', repeatable: true };

export function instant(until: number): WaitFor {
  return { kind: 'instant', until };
}

/** A wait for a call, and no longer than `until`. */
export function callOf(name: string, until?: number): WaitFor {
  const from = { kind: 'callback', name } as const;
  return { kind: 'signal', name, from, ...(until === undefined ? {} : { until }) };
}

/** What came from outside: bytes, which JSON has not. */
export function called(text: string): Signal {
  const headers = [['content-type', 'text/plain']] as const;
  return { kind: 'call', at: Date.now(), method: 'POST', headers, body: new TextEncoder().encode(text) };
}

export function finished(state: OutcomeState, sent: 'no' | 'yes' = 'no'): Finished {
  const at = Date.now();
  return { outcome: { state, sent, startedAt: at, at } };
}

/** Work that sends; `onSend` is told when the request would leave. */
export function sending(
  intent: Intent,
  onSend: (work: Work) => unknown = () => {},
  state: OutcomeState = 'passed',
): (work: Work) => Promise<Finished> {
  return async (work) => {
    await work.intend(intent);
    await onSend(work);
    return finished(state, 'yes');
  };
}

/** Work that sends nothing. */
export function judging(state: OutcomeState = 'passed'): () => Promise<Finished> {
  return async () => finished(state);
}

/** Work that must not be done. */
export async function forbidden(): Promise<never> {
  throw new Error('this work was done, and must not be');
}

/** A promise that is resolved from outside. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** The process is gone while the work of these steps is in flight: they were intended, and have no outcome. */
export async function crashInFlight(
  run: RunUnderTest,
  steps: readonly { readonly key: string; readonly intent: Intent; readonly mode?: Mode }[],
): Promise<void> {
  const pass = await run.begin();
  for (const { key, intent, mode = inRun } of steps) {
    const left = createGate();
    const forever = new Promise<never>(() => {});
    const work = sending(intent, () => {
      left.open();
      return forever;
    });
    pass.step(key, mode, work).catch(() => undefined);
    await left.opened;
  }
  await run.restart('whole');
}

/** Why a primitive left; an error where it gave an outcome, or failed otherwise. */
export async function leavingOf(primitive: Promise<unknown>): Promise<LeftError['leaving']> {
  try {
    await primitive;
  } catch (error) {
    if (error instanceof LeftError) return error.leaving;
    throw error;
  }
  throw new Error('it gave an outcome, and was to leave');
}

/** Types and keys of what is durable, without the events of the store itself. */
export async function recorded(run: RunUnderTest): Promise<readonly string[]> {
  const own: ReadonlySet<RunEvent['type']> = new Set([
    'run.created',
    'run.started',
    'run.resumed',
    'run.cancelRequested',
  ]);
  const events = (await run.history()).filter(({ type }) => !own.has(type));
  return events.map((event) => {
    if (event.type === 'scope.stopped') return `${event.type} ${event.scope} ${event.reason}`;
    if (event.type === 'signal.received') return `${event.type} ${event.name}`;
    return 'key' in event ? `${event.type} ${event.key}` : event.type;
  });
}
