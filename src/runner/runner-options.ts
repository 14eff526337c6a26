import type { Effects } from '../run/ports.ts';
import type { RunnerInfo } from '../server/control.ts';
import type { RunStore } from '../stores/store.ts';

/** What a runner has of the world around it. */
export interface RunnerOptions {
  readonly store: RunStore;
  readonly info: RunnerInfo;
  /** Digests, for planning retries. */
  readonly effects: Effects;
  /** Its workers run local commands. */
  readonly runsCommands: boolean;
  readonly now: () => number;
  /** Nothing is busy and nobody follows, or no longer so. */
  readonly onIdle: (idle: boolean) => void;
  readonly onShutdown: () => void;
  readonly log: (line: string) => void;
}
