import { indexSteps } from '../../src/run/branch.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { foldEvent, isFinal } from '../../src/run/fold.ts';
import { placeOfKey } from '../../src/run/instance.ts';
import { stepKey } from '../../src/run/key.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import { readHistory } from '../../src/stores/history.ts';
import { type Log, LostRunError } from '../../src/stores/log.ts';
import { type Ending, type Pass, startPass } from '../../src/worker/drive.ts';
import type { DurableRun, OpenRun } from './durable-run.ts';
import { nextSignals } from './inject.ts';
import type { Scene } from './scene.ts';
import { createProcess, never, type Process, type Sent, Target } from './target.ts';

/** Where the process that drives a pass is gone, among the events that passes write. */
export interface Crash {
  /** The event is durable; it was not written, and the pass is told; a part of it was written. */
  readonly how: 'behind' | 'before' | 'torn';
  /** Counted from 1, since the crash before. */
  readonly at: number;
}

/** What came of a run that was driven to its end, whatever happened on the way. */
export interface Played {
  readonly events: readonly RunEvent[];
  readonly record: RunRecord;
  readonly sends: readonly Sent[];
  /** Crashes that really happened. */
  readonly crashes: number;
  /** Events that passes wrote since the last of them. */
  readonly written: number;
  /** A person's words: how often the request of a durable key was allowed to be sent again. */
  readonly words: ReadonlyMap<string, number>;
  /** Steps whose unsafe request was in flight at a crash. */
  readonly inFlight: ReadonlySet<string>;
  /** What must not be, and was. */
  readonly problems: readonly string[];
}

/** A run in which nothing is due for longer is given back. */
const parkAfterMs = 60_000;
/** More passes than that mean that it never ends. */
const mostPasses = 40;

export async function play(scene: Scene, open: OpenRun, crashes: readonly Crash[]): Promise<Played> {
  const run = await open(scene.run);
  try {
    return await new Player(scene, run, crashes).play();
  } finally {
    await run.close();
  }
}

/** Who hears of what is durable. */
interface Listener {
  readonly cancel: () => void;
  readonly heard: (event: RunEvent) => void;
}

/** Runner, person, clock and outside systems around one run. */
class Player {
  readonly #scene: Scene;
  readonly #run: DurableRun;
  readonly #crashes: Crash[];
  readonly #target: Target;
  readonly #words = new Map<string, number>();
  readonly #inFlight = new Set<string>();
  readonly #problems: string[] = [];
  #crashed = 0;
  #written = 0;
  /** Time that nobody sat out. */
  #skippedMs = 0;

  constructor(scene: Scene, run: DurableRun, crashes: readonly Crash[]) {
    this.#scene = scene;
    this.#run = run;
    this.#crashes = [...crashes];
    this.#target = new Target(scene.answers);
  }

  async play(): Promise<Played> {
    for (let passes = 0; passes < mostPasses; passes += 1) {
      const events = await this.#run.history();
      const record = this.#fold(events);
      if (isFinal(record.state)) return this.#played(events, record);
      await this.#decide(events, record);
      await this.#pass();
    }
    throw new Error(`${this.#scene.name} did not end`);
  }

  #played(events: readonly RunEvent[], record: RunRecord): Played {
    return {
      events,
      record,
      sends: this.#target.sends,
      crashes: this.#crashed,
      written: this.#written,
      words: this.#words,
      inFlight: this.#inFlight,
      problems: this.#problems,
    };
  }

  #fold(events: readonly RunEvent[]): RunRecord {
    const { artifact, run } = this.#scene;
    return events.reduce(foldEvent, createRecord(artifact, run.request));
  }

  /** What a person says before the next pass. */
  async #decide(events: readonly RunEvent[], { state, interruption }: RunRecord): Promise<void> {
    const requested = events.some(({ type }) => type === 'run.cancelRequested');
    const wanted = requested || events.some((event) => this.#isTrigger(event));
    if (wanted && !requested) await this.#run.cancel();
    if (wanted || state !== 'interrupted') return;
    const keys = interruption?.keys ?? [];
    for (const key of keys) this.#words.set(key, (this.#words.get(key) ?? 0) + 1);
    await this.#run.resume(keys);
  }

  #isTrigger(event: RunEvent): boolean {
    return 'key' in event && `${event.type} ${event.key}` === this.#scene.cancelAfter;
  }

  async #pass(): Promise<void> {
    const { artifact, run } = this.#scene;
    const { history, secrets, log } = await this.#run.claim();
    const process = createProcess();
    const now = (): number => Date.now() + this.#skippedMs;
    const crash = this.#crashes[0];
    let crashed = (): void => {};
    const died = new Promise<'died'>((resolve) => {
      crashed = () => resolve('died');
    });
    const early: RunEvent[] = [];
    let heard = (event: RunEvent): void => void early.push(event);
    const pass: Pass = startPass({
      artifact,
      request: run.request,
      secrets,
      history,
      log: this.#watch(log, process, crash, crashed, {
        cancel: () => pass.stop('cancel'),
        heard: (event) => heard(event),
      }),
      effects: this.#target.effectsFor(process, now),
      now,
      signal: new AbortController().signal,
      parkAfterMs,
    });
    heard = (event) => this.#inject(pass, [event]);
    this.#inject(pass, [...history, ...early]);
    const ending = await Promise.race([pass.ended, died]);
    if (ending === 'died' || ending.kind === 'lost') await this.#bury(ending, crash);
    else this.#end(ending, history);
  }

  /** What comes from outside: whoever got no answer because the process was gone tries again. */
  #inject(pass: Pass, events: readonly RunEvent[]): void {
    for (const { name, signal } of nextSignals(this.#scene.signals, events)) {
      pass.receive(name, signal).catch(() => undefined);
    }
  }

  /** The log, up to the crash. */
  #watch(log: Log, process: Process, crash: Crash | undefined, crashed: () => void, tell: Listener): Log {
    let refused: LostRunError | undefined;
    let canceling = Promise.resolve();
    return {
      append: async (event) => {
        if (refused !== undefined) throw refused;
        if (!process.alive) return never();
        this.#written += 1;
        if (this.#written !== crash?.at) {
          const appended = log.append(event);
          // At once, or whether the run parks before would be chance; a parked run hears in its next pass.
          if (event.type !== 'run.waiting') tell.heard(event);
          await appended;
          if (event.type === 'step.started')
            process.intended.set(`${event.intent.method} ${event.intent.target}`, event.key);
          if (this.#isTrigger(event)) canceling = this.#run.cancel().then(tell.cancel);
          // What was asked for before is heard before what comes next is known to be durable.
          return canceling;
        }
        if (crash.how === 'before') {
          refused = new LostRunError('the process is gone');
          throw refused;
        }
        process.alive = false;
        await log.append(event);
        crashed();
        return never();
      },
    };
  }

  async #bury(ending: 'died' | Ending, crash: Crash | undefined): Promise<void> {
    if (crash === undefined || (ending === 'died') === (crash.how === 'before')) {
      const { cause } = ending === 'died' ? { cause: 'died' } : (ending as Ending & { kind: 'lost' });
      throw new Error(`${this.#scene.name} lost its run without a crash`, { cause });
    }
    this.#crashes.shift();
    this.#crashed += 1;
    this.#written = 0;
    await this.#run.restart(crash.how === 'torn' ? 'torn' : 'whole');
    for (const key of this.#questions(await this.#run.history(), 'anywhere'))
      this.#inFlight.add(stepKey(key));
  }

  #end(ending: Ending, before: readonly RunEvent[]): void {
    // Nobody sits out an hour: the clock goes on to when the run is due.
    if (ending.kind === 'parked' && ending.until !== undefined) {
      this.#skippedMs += Math.max(0, ending.until - Date.now() - this.#skippedMs);
    }
    if (ending.kind !== 'interrupted') return;
    const asked = [...ending.keys].sort().join(', ');
    const expected = this.#questions(before, 'outside cleanup').sort().join(', ');
    if (asked !== expected) this.#problems.push(`it asked about ${asked}, in question was ${expected}`);
  }

  /** Unsafe requests that were intended, have no outcome, and about which nobody said a word. */
  #questions(events: readonly RunEvent[], where: 'anywhere' | 'outside cleanup'): string[] {
    const steps = indexSteps(this.#scene.artifact);
    return [...readHistory(events).intents].flatMap(([key, { intent, sendAgain }]) => {
      const elsewhere =
        where === 'outside cleanup' && steps.get(placeOfKey(stepKey(key)))?.inCleanup === true;
      return intent.repeatable || sendAgain || elsewhere ? [] : [key];
    });
  }
}
