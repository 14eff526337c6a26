import type { Artifact } from '../artifact/types.ts';
import { indexSteps, runBranch } from '../run/branch.ts';
import { createContext } from '../run/context.ts';
import { runJourney } from '../run/engine.ts';
import type { RunEvent, StopReason } from '../run/event.ts';
import type { Instant } from '../run/outcome.ts';
import type { CancelSignal, Effects } from '../run/ports.ts';
import type { RunRequest } from '../run/request.ts';
import type { Signal } from '../run/signal.ts';
import type { Verdict } from '../run/verdict.ts';
import { LeftError } from '../stores/left.ts';
import type { Log } from '../stores/log.ts';
import { createLogPrimitives, type LogPrimitives } from '../stores/primitives.ts';
import { loadLibraries } from './libraries.ts';

export interface Drive {
  readonly artifact: Artifact;
  readonly request: RunRequest;
  readonly secrets: { readonly [name: string]: string };
  readonly history: readonly RunEvent[];
  readonly log: Log;
  readonly effects: Effects;
  readonly now: () => Instant;
  /** Tells requests in flight to end at once. */
  readonly signal: CancelSignal;
  readonly parkAfterMs: number;
}

/** How a pass over a run ended. */
export type Ending =
  | { readonly kind: 'finished'; readonly verdict: Verdict }
  | { readonly kind: 'interrupted'; readonly keys: readonly string[] }
  | { readonly kind: 'parked'; readonly until?: Instant }
  | { readonly kind: 'lost'; readonly cause: unknown };

/** A pass under way. */
export interface Pass {
  /** Asks the run to stop: what was started is finished, cleanup runs. */
  stop(reason: StopReason): void;
  /** Asks the pass to start nothing more, and to park: another one goes on. */
  leave(): void;
  /** Something came from outside. Durable when it resolves; false: it was there already, and nothing changed. */
  receive(name: string, signal: Signal): Promise<boolean>;
  readonly ended: Promise<Ending>;
}

/** Drives a run from what is recorded to its end, or until it leaves; says so in the log. */
export function startPass(drive: Drive): Pass {
  const context = createContext(drive.artifact, drive.request, drive.secrets, drive.effects);
  const steps = indexSteps(drive.artifact);
  const primitives: LogPrimitives = createLogPrimitives({
    history: drive.history,
    log: drive.log,
    now: drive.now,
    signal: drive.signal,
    parkAfterMs: drive.parkAfterMs,
    runBranch: (branch, shared, scopes) => runBranch({ context, primitives }, steps, branch, shared, scopes),
  });
  const forgetDeadline = startDeadline(drive, primitives);
  const journey = loadLibraries(drive.artifact, drive.request.environment).then(() =>
    runJourney(context, primitives, () => primitives.stopOf('')),
  );
  const ended = journey.then(
    (verdict) => finish(drive, verdict),
    (error: unknown) => leave(drive, error),
  );
  return {
    stop: (reason) => primitives.stop('', reason),
    leave: () => primitives.leave(),
    receive: (name, signal) => primitives.receive(name, signal),
    ended: ended.finally(forgetDeadline),
  };
}

/** The longest timer that Node sets. */
const longestTimerMs = 2 ** 31 - 1;

/** The run's own `--timeout`, which counts from its creation; gives what ends the timer. */
function startDeadline(drive: Drive, primitives: LogPrimitives): () => void {
  const { deadline } = drive.request;
  if (deadline === undefined) return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const leftMs = deadline - drive.now();
    if (leftMs <= 0) primitives.stop('', 'timeout');
    else timer = setTimeout(look, Math.min(leftMs, longestTimerMs));
  };
  look();
  return () => clearTimeout(timer);
}

async function finish(drive: Drive, verdict: Verdict): Promise<Ending> {
  return conclude(
    drive,
    { type: 'run.finished', at: drive.now(), ...verdict },
    { kind: 'finished', verdict },
  );
}

/** A pass that left says why; what is no leaving is our bug, and ends the run as one. */
async function leave(drive: Drive, error: unknown): Promise<Ending> {
  if (!(error instanceof LeftError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // Durable before the end is, or neither is.
    drive.log
      .append({ type: 'note.added', at: drive.now(), key: '~internal', text: message })
      .catch(() => undefined);
    return finish(drive, { state: 'failed', reason: 'internal' });
  }
  const { leaving } = error;
  switch (leaving.kind) {
    case 'lost':
      return leaving;
    case 'parked': {
      const due = dueAt(drive, leaving.until);
      return conclude(drive, { type: 'run.waiting', at: drive.now(), ...due }, { kind: 'parked', ...due });
    }
    case 'interrupted': {
      const { keys } = leaving;
      const reason = 'a request that is not safe to send again may have been sent';
      return conclude(drive, { type: 'run.interrupted', at: drive.now(), reason, keys }, leaving);
    }
  }
}

/** A parked run has to hear its deadline, too; one that is over was heard. */
function dueAt({ request: { deadline }, now }: Drive, until: Instant | undefined): { until?: Instant } {
  const due = deadline !== undefined && deadline > now() ? [deadline] : [];
  const all = until === undefined ? due : [until, ...due];
  return all.length === 0 ? {} : { until: Math.min(...all) };
}

async function conclude(drive: Drive, event: RunEvent, ending: Ending): Promise<Ending> {
  try {
    await drive.log.append(event);
    return ending;
  } catch (cause) {
    return { kind: 'lost', cause };
  }
}
