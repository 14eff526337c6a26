import { readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import { callbackSignal, decisionSignal } from '../run/key.ts';
import type { Effects } from '../run/ports.ts';
import type { Signal } from '../run/signal.ts';
import type { Log } from '../stores/log.ts';
import { createMemoryLog } from '../stores/memory.ts';
import type { NewRun } from '../stores/store.ts';
import type { CallbackListener } from '../worker/callback-listener.ts';
import { pathsOf } from '../worker/callback-paths.ts';
import { type Pass, startPass } from '../worker/drive.ts';
import type { Backend, WatchEnd } from './backend.ts';
import { type Telling, tellLater } from './told-later.ts';

export interface LocalOptions {
  readonly effects: Effects & { close(): Promise<void> };
  readonly now: () => number;
  /** Hears the callbacks of its runs; absent: none of them waits for one. */
  readonly callbacks?: CallbackListener | undefined;
  /** Saves reading again what was just compiled. */
  readonly artifacts?: ReadonlyMap<string, Artifact>;
}

type Decision = Extract<Signal, { kind: 'decision' }>;

export interface LocalBackend extends Backend {
  /** What a person said about a step that waits for it. */
  decide(id: string, step: string, decision: Decision): Promise<void>;
}

/** Runs in this process, with the memory store: nothing is written, nothing is kept. */
export function createLocalBackend(options: LocalOptions): LocalBackend {
  const waiting = new Map<string, NewRun>();
  const passes = new Map<string, Pass>();
  const hurry = new AbortController();
  return {
    kind: 'local',
    reach: '',
    start(run) {
      waiting.set(run.request.id, run);
      return Promise.resolve();
    },
    async watch(id, onEvent): Promise<WatchEnd> {
      const run = waiting.get(id);
      if (run === undefined) throw new Error(`${id} was not started here`);
      waiting.delete(id);
      const telling = tellLater(onEvent);
      const pass = drive(options, run, telling, hurry.signal);
      passes.set(id, pass);
      const ending = await pass.ended;
      passes.delete(id);
      telling.end();
      if (ending.kind === 'lost') throw ending.cause;
      return ending.kind === 'interrupted' ? 'interrupted' : 'finished';
    },
    cancel(id) {
      passes.get(id)?.stop('cancel');
      return Promise.resolve();
    },
    async decide(id, step, decision) {
      await passes.get(id)?.receive(decisionSignal(step), decision);
    },
    async close() {
      hurry.abort();
      await options.callbacks?.close();
      await options.effects.close();
    },
  };
}

function drive(
  options: LocalOptions,
  { request, artifact: text, secrets, kept }: NewRun,
  { tell, tellFinished }: Telling,
  signal: AbortSignal,
): Pass {
  const { now, effects } = options;
  const artifact = options.artifacts?.get(request.artifact) ?? parse(text);
  tell({ type: 'run.created', at: now(), request, kept });
  tell({ type: 'run.started', at: now(), epoch: 1, worker: 'this process' });
  const log: Log = {
    ...createMemoryLog(tell),
    appendLate(event, evidence) {
      tellFinished(event, evidence);
      return Promise.resolve();
    },
  };
  // Nothing can be parked here: the process waits.
  const parkAfterMs = Number.POSITIVE_INFINITY;
  const shared = { artifact, request, secrets, history: [], log, now, signal, parkAfterMs };
  const knows = pathsOf(artifact);
  if (knows === undefined || options.callbacks === undefined) return startPass({ ...shared, effects });
  const heard = options.callbacks.hear({
    knows,
    receive: (path, call) => pass.receive(callbackSignal(path), call),
  });
  const pass = startPass({ ...shared, effects: { ...effects, callbackUrl: heard.url } });
  return { ...pass, ended: pass.ended.finally(heard.forget) };
}

function parse(text: string): Artifact {
  const read = readArtifact(text);
  if (!read.ok) throw new Error(read.message);
  return read.artifact;
}
