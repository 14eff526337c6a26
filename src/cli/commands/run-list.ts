import type { Artifact } from '../../artifact/types.ts';
import { findNamed } from '../../compile/given.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { RunOptions } from '../dispatching.ts';
import type { Io } from '../io.ts';
import type { Compiled } from '../journeys.ts';
import { DiagnosedStop, Stop } from '../stop.ts';

type ListOptions = Pick<RunOptions, 'case' | 'json' | 'jsonl' | 'output' | 'reporter'>;

/** `run --list`: what would run, with cases and what proves what; nothing is sent. */
export function listSelection(selected: readonly Compiled[], options: ListOptions, io: Io): number {
  if (options.jsonl === true || options.output !== undefined || options.reporter.length > 0) {
    throw new Stop(2, '--list runs nothing: there is nothing to report', '--json prints the list as JSON');
  }
  checkCases(selected, options.case);
  const write = options.json === true ? renderDocument : renderList;
  io.stdout.write(write(selected, options.case));
  return 0;
}

function checkCases(selected: readonly Compiled[], wanted: readonly string[]): void {
  const diagnostics: Diagnostic[] = [];
  for (const { artifact } of selected) {
    for (const name of wanted) {
      findNamed(artifact.cases, name, 'case', (found) => diagnostics.push({ ...found, severity: 'error' }));
    }
  }
  if (diagnostics.length > 0) throw new DiagnosedStop(2, diagnostics, []);
}

function casesOf({ cases }: Artifact, wanted: readonly string[]): readonly string[] {
  const names = cases.map(({ name }) => name);
  return wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
}

function renderList(selected: readonly Compiled[], wanted: readonly string[]): string {
  const lines = selected.flatMap(({ artifact }) => {
    const tags = artifact.tags.length === 0 ? '' : `  [${artifact.tags.join(', ')}]`;
    const about = artifact.description === undefined ? '' : `  ${artifact.description}`;
    const cases = casesOf(artifact, wanted).map((name) => `  --case ${JSON.stringify(name)}`);
    return [`${artifact.name}${tags}${about}`, ...cases];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function renderDocument(selected: readonly Compiled[], wanted: readonly string[]): string {
  const journeys = selected.map(({ artifact, digest }) => ({
    journey: artifact.name,
    digest,
    description: artifact.description ?? null,
    tags: artifact.tags,
    cases: casesOf(artifact, wanted),
  }));
  return `${JSON.stringify({ schemaVersion: 1, journeys, exitCode: 0 }, undefined, 2)}\n`;
}
