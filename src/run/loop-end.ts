import type { Step } from '../artifact/types.ts';
import type { Value, ValueMap } from '../query/value.ts';
import { type Branchwise, isFailure } from './context.ts';
import { hideSecrets } from './hide.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { BranchResult } from './ports.ts';
import { unmetEvidence } from './unmet.ts';

/** What a round of a loop came to. */
export type Round = Pick<Outcome, 'state' | 'reason' | 'outputs' | 'next'> & Pick<BranchResult, 'halts'>;

/** What a loop came to: its outputs are lists, one element a round. `unmet`: why its last round is not enough. */
export function concludeLoop(
  { context, primitives }: Engine,
  step: Step,
  branch: Branchwise,
  rounds: readonly (Round | undefined)[],
  unmet?: string,
): Promise<Outcome> {
  // Not stopped any more: its rounds ended, and this only says how.
  const mode = { ...modeOf(step, branch), scopes: [] };
  return primitives.step(step.key, mode, async (work) => {
    const end = endOf(rounds);
    const reached = unmet !== undefined && end.state !== 'canceled';
    const { outcome } = localOutcome(work.at, reached ? 'failed' : end.state);
    const reason = reached ? ({ reason: 'unmet' } as const) : reasonOf(end);
    const finished = hideSecrets(context, step, { ...outcome, ...reason, ...outputsOf(step, rounds) });
    return reached ? { ...finished, evidence: unmetEvidence(context, step, unmet) } : finished;
  });
}

function reasonOf({ reason }: Pick<Outcome, 'reason'>): Pick<Outcome, 'reason'> {
  return reason === undefined ? {} : { reason };
}

/** With `continueOnFailure` all rounds run, and one that failed still fails the loop. */
function endOf(rounds: readonly (Round | undefined)[]): Pick<Outcome, 'state' | 'reason'> {
  const canceled = rounds.some((round) => round === undefined || round.state === 'canceled');
  const failed = rounds.find((round) => round?.halts === true);
  if (failed === undefined && canceled) return { state: 'canceled' };
  const first = failed ?? rounds.find((round) => round !== undefined && isFailure(round));
  if (first !== undefined) return { state: 'failed', ...reasonOf(first) };
  const skipped = rounds.length > 0 && rounds.every((round) => round?.state === 'skipped');
  return { state: skipped ? 'skipped' : 'passed' };
}

function outputsOf(
  { outputs }: Step,
  rounds: readonly (Round | undefined)[],
): { readonly outputs?: ValueMap } {
  if (outputs.length === 0) return {};
  const element = (round: Round | undefined, name: string): Value =>
    ownMember(round?.outputs ?? {}, name) ?? null;
  const lists = outputs.map(({ name }) => [name, rounds.map((round) => element(round, name))] as const);
  return { outputs: Object.fromEntries(lists) };
}
