import { readArtifact } from '../artifact/read.ts';
import { isFinal } from '../run/fold.ts';
import type { Effects } from '../run/ports.ts';
import { type RunRecord, type RunState, toldToGoOn } from '../run/record.ts';
import type { Answered, RetryCommand } from '../server/control.ts';
import { planRetry } from '../stores/kept.ts';
import type { NewRun, RunStore } from '../stores/store.ts';

/** What retrying asks of a runner. */
export interface Retrying {
  readonly store: RunStore;
  /** Digests, for finding what is kept. */
  readonly effects: Effects;
  readonly runsCommands: boolean;
  readonly now: () => number;
  dispatch(run: NewRun): Promise<unknown>;
  /** Puts an open run into the queue again. */
  enqueue(id: string, after: string): void;
  /** Ends an open run, cleanup included, because another takes its place. */
  supersede(id: string, by: string): Promise<void>;
}

export function refused(state: RunState, message: string): Answered {
  return { kind: 'refused', state, message };
}

/** An interrupted run goes on under its own id; a finished one never changes, and gets a new, linked run. */
export async function retryRun(retrying: Retrying, id: string, command: RetryCommand): Promise<Answered> {
  const stored = retrying.store.get(id);
  if (stored === undefined) return { kind: 'unknown' };
  const { record, corrupt } = stored;
  if (corrupt !== undefined) return refused(record.state, `its journal is damaged: ${corrupt}`);
  if (record.request.allowExec === true && !retrying.runsCommands) {
    return refused(record.state, 'it runs local commands, and this runner runs none');
  }
  if (record.state === 'interrupted' && command.from !== 'start') return goOn(retrying, record, command);
  if (record.state === 'interrupted') await retrying.supersede(id, command.by);
  else if (!isFinal(record.state)) {
    return refused(record.state, `it is ${record.state}: wait for it, or cancel it`);
  }
  if (record.state === 'passed' && command.from === 'failed') {
    return refused(record.state, 'nothing failed in it; --from-start runs all of it again');
  }
  return beginAnew(retrying, id, command);
}

/** What is in question is sent again: a person said so. */
async function goOn(retrying: Retrying, record: RunRecord, command: RetryCommand): Promise<Answered> {
  const { id } = record.request;
  await retrying.store.resume(id, command.by, record.interruption?.keys ?? [], command.secrets);
  retrying.enqueue(id, toldToGoOn);
  return { kind: 'done', id };
}

async function beginAnew(retrying: Retrying, id: string, command: RetryCommand): Promise<Answered> {
  const { store, effects, now } = retrying;
  const record = store.get(id)?.record;
  const text = record === undefined ? undefined : await store.artifact(record.request.artifact);
  if (record === undefined || text === undefined) return { kind: 'unknown' };
  const read = readArtifact(text);
  if (!read.ok) return refused(record.state, read.message);
  const { request } = record;
  const finished = { artifact: read.artifact, request, history: await store.history(id), effects };
  const from = command.from === 'failed' ? 'failed' : 'start';
  const { kept, generations, undone } = await planRetry(finished, from);
  const { deadline: _, undone: __, ...same } = request;
  const changed = { id: command.newId, createdAt: now(), retryOf: id, generations, undone };
  const secrets = { ...(await store.secrets(id)), ...command.secrets };
  await retrying.dispatch({ request: { ...same, ...changed }, artifact: text, kept, secrets });
  await store.link(id, command.newId);
  return { kind: 'done', id: command.newId };
}
