import type { Step } from '../artifact/types.ts';
import type { Branchwise, RunContext } from './context.ts';
import type { Mode, Primitives } from './ports.ts';

/** What running steps needs: the run, and the durable primitives that carry it out. */
export interface Engine {
  readonly context: RunContext;
  readonly primitives: Primitives;
}

/** Whose stops a step hears: those of every scope around it; in cleanup none. */
export function modeOf(step: Step, branch: Branchwise): Mode {
  return step.inCleanup === true ? { cleanup: true, scopes: [] } : { scopes: branch.scopes };
}
