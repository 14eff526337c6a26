import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifact } from '../artifact/types.ts';
import type { CloudBackend } from '../backends/cloud.ts';
import { renderDuration } from '../query/duration.ts';
import { sayMissing } from '../reporters/batch-facts.ts';
import type { Tally } from '../reporters/exit-code.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { isComplete } from '../run/batch.ts';
import type { RunRecord } from '../run/record.ts';
import { isRunId } from '../stores/ids.ts';
import { followRun } from './follow.ts';
import { listenForInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import { forEachAtOnce } from './lanes.ts';
import { everyState, exitCodeOfMissing } from './open-batch.ts';
import { artifactOf } from './stored-artifact.ts';
import { tellRuns } from './tell-runs.ts';

/** Milliseconds between looks at a batch whose runs are still being registered. */
const lookMs = 300;

/** A run to be followed, and the one that it retries. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly previous?: RunRecord;
}

export interface Following {
  readonly backend: CloudBackend;
  readonly reporters: readonly Reporter[];
  /** Ids of the runs and batches that are to be followed. */
  readonly named: readonly string[];
  /** Runs followed at the same time. */
  readonly limit: number;
  /** Milliseconds that bound all of it. */
  readonly timeout?: number | undefined;
  readonly io: Io;
  runs(signal: AbortSignal, tally: Tally): AsyncIterable<KeptRun>;
}

/** Follows kept runs to their ends, and gives the code of the worst. */
export async function followKept(following: Following): Promise<number> {
  const { backend, reporters, named, io } = following;
  const interrupts = listenForInterrupts(io, noticeOf(named, backend.reach));
  const timer = new AbortController();
  const timeout =
    following.timeout === undefined ? undefined : setTimeout(() => timer.abort(), following.timeout);
  const signal = AbortSignal.any([interrupts.signal, timer.signal]);
  try {
    const exitCode = await tellRuns(reporters, interrupts, (tally) =>
      forEachAtOnce(
        following.runs(signal, tally),
        following.limit,
        createWork(following, signal, tally),
        () => interrupts.signal.aborted,
      ),
    );
    if (timer.signal.aborted) io.stderr.write(`${sayTimeout(following)}\n`);
    return exitCode;
  } finally {
    clearTimeout(timeout);
    interrupts.stop();
    await backend.close();
  }
}

/** Only who waited has stopped. */
function sayTimeout({ named, timeout = 0, backend }: Following): string {
  const what = isOneRun(named) ? 'the run goes' : 'the runs go';
  return `waited for ${renderDuration(timeout)}; ${what} on: reqflo wait ${named.join(' ')}${backend.reach}`;
}

function isOneRun(named: readonly string[]): boolean {
  return named.length === 1 && named.every(isRunId);
}

function noticeOf(named: readonly string[], reach: string): string {
  const command = `reqflo wait ${named.join(' ')}${reach}`;
  return isOneRun(named)
    ? `detached: the run goes on; follow it with ${command}`
    : `detached: the runs go on; follow them with ${command}`;
}

function createWork(
  { backend, reporters }: Following,
  signal: AbortSignal,
  tally: Tally,
): (run: KeptRun) => Promise<void> {
  const artifacts = new Map<string, Promise<Artifact>>();
  return async ({ record, previous }) => {
    const { request } = record;
    const reading = artifacts.get(request.artifact) ?? artifactOf(backend, record);
    artifacts.set(request.artifact, reading);
    const artifact = await reading;
    tally.begin();
    if (signal.aborted) {
      // Out of time: it is told as it was last seen.
      const context = { artifact, runId: request.id, backend: backend.kind, reach: backend.reach };
      for (const reporter of reporters) reporter.started?.(context, record);
      return;
    }
    tally.add((await followRun(backend, artifact, request, reporters, signal, previous)).record);
  };
}

/** The newest run of each place of a batch, and as long as its command registers some those that come. */
export async function* runsOfBatch(
  backend: CloudBackend,
  id: string,
  io: Io,
  signal: AbortSignal,
  tally: Tally,
): AsyncGenerator<KeptRun, void, undefined> {
  const seen = new Set<number>();
  for (;;) {
    const batch = await backend.batches.get(id, everyState);
    for (const { record } of batch.runs) {
      const place = record.request.batch?.place ?? 0;
      if (seen.has(place)) continue;
      seen.add(place);
      yield { record };
    }
    if (isComplete(batch)) return;
    if (!batch.making || signal.aborted) {
      io.stderr.write(`${sayMissing(batch)}\n`);
      tally.note(batch.making ? 8 : exitCodeOfMissing(batch));
      return;
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
