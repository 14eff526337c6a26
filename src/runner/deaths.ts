import type { RunRecord } from '../run/record.ts';

/** What ended the pass before, as a record says it. */
export const runnerEnded = 'the runner ended';

export function deathOf(worker: { readonly name: string }): string {
  return `${worker.name} died`;
}

/**
 * Deaths of workers in a row without a new checkpoint between them. Deaths of the runner do not count, and a
 * person's word begins the count anew.
 */
export function countDeaths(record: RunRecord): number {
  const checkpoints = record.steps.flatMap((step) =>
    step.attempts.flatMap((attempt) => (attempt.outcome === undefined ? [] : [attempt.outcome.at])),
  );
  const last = checkpoints.reduce((latest, at) => Math.max(latest, at), 0);
  let deaths = 0;
  for (const pass of [...record.passes].reverse()) {
    if (pass.at <= last || pass.after === undefined) break;
    if (pass.after === runnerEnded) continue;
    if (!/^worker \d+ died$/.test(pass.after)) break;
    deaths += 1;
  }
  return deaths;
}
