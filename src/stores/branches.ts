import type { Branch, BranchResult } from '../run/ports.ts';
import { type Leaving, LeftError } from './left.ts';

export interface Branches {
  /** In the order of the branches; undefined for one that was never started, or left. */
  readonly results: readonly (BranchResult | undefined)[];
  /** What branches left with, where they gave no result. */
  readonly left: readonly Leaving[];
}

/**
 * Runs branches in their order, `lanes` at a time. After a canceled branch, or one that left, no more are
 * started. `ended` is called once a lane.
 */
export async function runBranches(
  branches: readonly Branch[],
  lanes: number,
  run: (branch: Branch) => Promise<BranchResult>,
  ended: () => void,
): Promise<Branches> {
  const results = branches.map((): BranchResult | undefined => undefined);
  const left: Leaving[] = [];
  let next = 0;
  let halted = false;

  const runOne = async (branch: Branch, index: number): Promise<void> => {
    try {
      const result = await run(branch);
      results[index] = result;
      halted ||= result.state === 'canceled';
    } catch (error) {
      if (!(error instanceof LeftError)) throw error;
      left.push(error.leaving);
      halted = true;
    }
  };
  const lane = async (): Promise<void> => {
    while (!halted) {
      const index = next++;
      const branch = branches[index];
      if (branch === undefined) return;
      await runOne(branch, index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, () => lane().finally(ended)));
  return { results, left };
}
