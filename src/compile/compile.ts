import { type Artifact, artifactFormat } from '../artifact/types.ts';
import { compareDiagnostics, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { type Journey, parseJourney } from '../journey/journey.ts';
import { type MapNode, memberOf } from '../journey/node.ts';
import { type Compiling, createUsage, type ProjectNames, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { isIgnored } from './ignored.ts';
import { createPlan } from './plan.ts';
import { compileSteps, withReads } from './steps.ts';
import { warnUnused } from './unused.ts';
import { compileInputs, compileNamedValues, compileVariables } from './values.ts';

export interface Compiled {
  /** Absent where a diagnostic is an error. */
  readonly artifact?: Artifact;
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The text of one journey → its artifact, checked against the names of its project. */
export function compileJourney(source: Source, project: ProjectNames): Compiled {
  const found: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    if (!isIgnored(source, diagnostic)) found.push(diagnostic);
  };
  const { journey, root } = parseJourney(source, report);
  const artifact =
    journey === undefined || root === undefined
      ? undefined
      : compileParsed(source, project, journey, root, report, found);
  const diagnostics = found.sort(compareDiagnostics).filter(isFirst);
  return artifact === undefined || hasError(diagnostics) ? { diagnostics } : { artifact, diagnostics };
}

/** `defaults` are compiled once a step, and may be wrong each time. */
function isFirst(diagnostic: Diagnostic, index: number, sorted: readonly Diagnostic[]): boolean {
  const before = sorted[index - 1];
  const same = before?.code === diagnostic.code && before.message === diagnostic.message;
  return !same || before.place === undefined || compareDiagnostics(before, diagnostic) !== 0;
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function namesUnder(root: MapNode, name: string): readonly string[] {
  const value = memberOf(root, name)?.value;
  return value?.kind === 'map' ? value.members.map(({ key }) => key.text) : [];
}

function createCompiling(
  source: Source,
  project: ProjectNames,
  root: MapNode,
  report: Compiling['report'],
): Compiling {
  return {
    source,
    report,
    project,
    plan: createPlan(root),
    inputs: namesUnder(root, 'inputs'),
    variables: namesUnder(root, 'variables'),
    acceptance: namesUnder(root, 'acceptance'),
    defaults: memberOf(root, 'defaults')?.value.span,
    usage: createUsage(),
    conditions: new Map(),
  };
}

function compileParsed(
  source: Source,
  project: ProjectNames,
  journey: Journey,
  root: MapNode,
  report: Compiling['report'],
  found: readonly Diagnostic[],
): Artifact {
  const compiling = createCompiling(source, project, root, report);
  const { defaults } = journey;
  checkName(compiling, journey);
  warnCredentials(compiling, defaults ?? {});
  const inputs = compileInputs(compiling, journey.inputs);
  const variables = compileVariables(compiling, journey.variables, journey.inputs);
  const presets = compileNamedValues(compiling, journey.presets, inputs, 'preset');
  const cases = compileNamedValues(compiling, journey.cases, inputs, 'case');
  const steps = compileSteps(compiling, journey.steps.items, { defaults });
  const cleanup = compileSteps(compiling, journey.cleanup?.items ?? [], { defaults, cleanup: 'journey' });
  if (!hasError(found)) warnUnused(compiling, journey);
  return {
    format: artifactFormat,
    ...metadata(journey),
    inputs,
    variables,
    presets,
    cases,
    needs: needsOf(compiling),
    steps: withReads(compiling, steps),
    cleanup: withReads(compiling, cleanup),
    sources: [{ file: source.file, text: source.text }],
  };
}

function checkName(compiling: Compiling, { name, steps }: Journey): void {
  if (name.text.trim() === '' || /[/\\]|\.(?:ya?ml|json)$/.test(name.text)) {
    const message = `"${name.text}" cannot be told from a path`;
    reportError(
      compiling,
      'invalid-value',
      name.span,
      message,
      'a name has no slash, and no ending of a file',
    );
  }
  if (steps.items.length === 0 && steps.span.end - steps.span.start <= 2) {
    reportError(compiling, 'missing-key', steps.span, 'a journey needs a step');
  }
}

type Metadata = Pick<Artifact, 'name' | 'version' | 'description' | 'owner' | 'tags' | 'acceptance'>;

function metadata(journey: Journey): Metadata {
  const { version, description, owner } = journey;
  return {
    name: journey.name.text,
    ...(version === undefined ? {} : { version: version.text }),
    ...(description === undefined ? {} : { description: description.text }),
    ...(owner === undefined ? {} : { owner: owner.text }),
    tags: journey.tags?.items.map(({ text }) => text) ?? [],
    acceptance: journey.acceptance?.entries.map(({ key, value }) => [key.text, value.text] as const) ?? [],
  };
}

function needsOf({ usage }: Compiling): Artifact['needs'] {
  return {
    services: [...usage.services].sort(),
    values: [...usage.values].sort(),
    secrets: [...usage.secrets].sort(),
  };
}
