import { readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Effects } from '../run/ports.ts';
import { readExact } from '../stores/json-file/event-codec.ts';
import type { Claim } from '../stores/store.ts';
import { type Ending, type Pass, startPass } from './drive.ts';
import { createIpcLog, type IpcLog } from './ipc-log.ts';
import type { EndingMessage, FromWorker, ToWorker } from './protocol.ts';

export interface WorkerOptions {
  readonly effects: Effects;
  readonly send: (message: FromWorker) => void;
  readonly now: () => number;
  /** A run in which nothing is due for longer than this is given back. */
  readonly parkAfterMs: number;
}

export interface Worker {
  receive(message: ToWorker): void;
}

/** Executes the runs that a runner hands it, several at a time; everything it needs comes with the claim. */
export function createWorker(options: WorkerOptions): Worker {
  const passes = new Map<string, { readonly pass: Pass; readonly log: IpcLog }>();
  let isLeaving = false;
  const nameOf = ({ id, epoch }: { readonly id: string; readonly epoch: number }): string => `${id} ${epoch}`;

  const take = (claim: Claim): void => {
    const { id, epoch } = claim;
    const log = createIpcLog(claim.key, (events) => options.send({ type: 'append', id, epoch, events }));
    const pass = startClaimed(options, claim, log);
    passes.set(nameOf(claim), { pass, log });
    if (isLeaving) pass.leave();
    pass.ended.then(
      (ending) => {
        passes.delete(nameOf(claim));
        options.send({ type: 'ended', id, epoch, ending: messageOf(ending) });
      },
      (error: unknown) => {
        throw error;
      },
    );
  };
  return {
    receive(message) {
      switch (message.type) {
        case 'run':
          take(readExact(message.claim) as Claim);
          break;
        case 'appended':
          passes.get(nameOf(message))?.log.appended();
          break;
        case 'refused':
          passes.get(nameOf(message))?.log.refused(message.message);
          break;
        case 'stop':
          passes.get(nameOf(message))?.pass.stop(message.reason);
          break;
        case 'leave':
          isLeaving = true;
          for (const { pass } of passes.values()) pass.leave();
          break;
        case 'ping':
          options.send({ type: 'pong' });
          break;
      }
    },
  };
}

function startClaimed(options: WorkerOptions, claim: Claim, log: IpcLog): Pass {
  const created = claim.history[0];
  if (created?.type !== 'run.created') throw new Error(`${claim.id} has no run.created`);
  return startPass({
    artifact: artifactOf(claim),
    request: created.request,
    secrets: claim.secrets,
    history: claim.history,
    log,
    effects: options.effects,
    now: options.now,
    signal: new AbortController().signal,
    parkAfterMs: options.parkAfterMs,
  });
}

/** Its digest is checked: a worker executes what was registered, or nothing. */
function artifactOf({ id, artifact: text, history }: Claim): Artifact {
  const created = history[0];
  const digest = created?.type === 'run.created' ? created.request.artifact : undefined;
  const read = readArtifact(text, digest);
  if (!read.ok) throw new Error(`${id}: ${read.message}`);
  return read.artifact;
}

function messageOf(ending: Ending): EndingMessage {
  switch (ending.kind) {
    case 'finished':
      return { kind: 'finished' };
    case 'lost': {
      const message = ending.cause instanceof Error ? ending.cause.message : String(ending.cause);
      return { kind: 'lost', message };
    }
    default:
      return ending;
  }
}
