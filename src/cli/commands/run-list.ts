import type { Io } from '../io.ts';
import type { Compiled } from '../journeys.ts';

/** `run --list`: what would run, with cases and what proves what; nothing is sent. */
export function listSelection(selected: readonly Compiled[], io: Io): number {
  for (const { artifact } of selected) {
    const tags = artifact.tags.length === 0 ? '' : `  [${artifact.tags.join(', ')}]`;
    const about = artifact.description === undefined ? '' : `  ${artifact.description}`;
    io.stdout.write(`${artifact.name}${tags}${about}\n`);
    for (const { name } of artifact.cases) io.stdout.write(`  --case ${JSON.stringify(name)}\n`);
  }
  return 0;
}
