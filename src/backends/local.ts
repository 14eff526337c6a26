import { readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import type { RunEvent } from '../run/event.ts';
import type { Effects } from '../run/ports.ts';
import { createMemoryLog } from '../stores/memory.ts';
import type { NewRun } from '../stores/store.ts';
import { type Pass, startPass } from '../worker/drive.ts';
import type { Backend, WatchEnd } from './backend.ts';

export interface LocalOptions {
  readonly effects: Effects & { close(): Promise<void> };
  readonly now: () => number;
  /** Saves reading again what was just compiled. */
  readonly artifacts?: ReadonlyMap<string, Artifact>;
}

/** Runs in this process, with the memory store: nothing is written, nothing is kept. */
export function createLocalBackend(options: LocalOptions): Backend {
  const waiting = new Map<string, NewRun>();
  const passes = new Map<string, Pass>();
  const hurry = new AbortController();
  return {
    kind: 'local',
    start(run) {
      waiting.set(run.request.id, run);
      return Promise.resolve();
    },
    async watch(id, onEvent): Promise<WatchEnd> {
      const run = waiting.get(id);
      if (run === undefined) throw new Error(`${id} was not started here`);
      waiting.delete(id);
      const pass = drive(options, run, onEvent, hurry.signal);
      passes.set(id, pass);
      const ending = await pass.ended;
      passes.delete(id);
      if (ending.kind === 'lost') throw ending.cause;
      return ending.kind === 'interrupted' ? 'interrupted' : 'finished';
    },
    cancel(id) {
      passes.get(id)?.stop('cancel');
      return Promise.resolve();
    },
    async close() {
      hurry.abort();
      await options.effects.close();
    },
  };
}

function drive(
  options: LocalOptions,
  { request, artifact: text, secrets, kept }: NewRun,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Pass {
  const { now, effects } = options;
  const artifact = options.artifacts?.get(request.artifact) ?? parse(text);
  onEvent({ type: 'run.created', at: now(), request, kept });
  onEvent({ type: 'run.started', at: now(), epoch: 1, worker: 'this process' });
  const log = createMemoryLog(onEvent);
  // Nothing can be parked here: the process waits.
  const parkAfterMs = Number.POSITIVE_INFINITY;
  return startPass({ artifact, request, secrets, history: [], log, effects, now, signal, parkAfterMs });
}

function parse(text: string): Artifact {
  const read = readArtifact(text);
  if (!read.ok) throw new Error(read.message);
  return read.artifact;
}
