import { type Artifact, artifactFormat } from '../artifact/types.ts';
import { compareDiagnostics, type Diagnostic, type Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { type Journey, parseJourney } from '../journey/journey.ts';
import type { MapNode } from '../journey/node.ts';
import type { Compilation, Inlining, JourneyParts, ProjectNames } from './compilation.ts';
import { type Compiling, createUsage } from './compiling.ts';
import { isIgnored } from './ignored.ts';
import { compileParts } from './journey-parts.ts';
import { createPlan, namesUnder } from './plan.ts';
import { journeyOutputs, parseInlined } from './sub-journey.ts';
import { templateOutputs } from './template.ts';
import { warnUnused } from './unused.ts';
import { compileNamedValues } from './values.ts';

export interface Compiled {
  /** Absent where a diagnostic is an error. */
  readonly artifact?: Artifact;
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** The journey's text, and those of the templates and journeys that it uses. */
  readonly sources: readonly Source[];
}

/** The text of one journey → its artifact, checked against the names and files of its project. */
export function compileJourney(source: Source, project: ProjectNames): Compiled {
  const found: Diagnostic[] = [];
  const compilation = createCompilation(source, project, found);
  const { journey, root } = parseJourney(source, compilation.report);
  const artifact =
    journey === undefined || root === undefined
      ? undefined
      : compileArtifact(compilation, source, journey, root, found);
  const diagnostics = found.sort(compareDiagnostics).filter(isFirst());
  const { sources } = compilation;
  return artifact === undefined || hasError(diagnostics)
    ? { diagnostics, sources }
    : { artifact, diagnostics, sources };
}

/** `defaults`, actors and templates are compiled once a step, and may be wrong each time. */
function isFirst(): (diagnostic: Diagnostic) => boolean {
  const seen = new Set<string>();
  return ({ code, message, place }) => {
    const key = JSON.stringify([code, message, place]);
    if (place === undefined || !seen.has(key)) {
      seen.add(key);
      return true;
    }
    return false;
  };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function createCompilation(source: Source, project: ProjectNames, found: Diagnostic[]): Compilation {
  const compilation: Compilation = {
    project,
    report(diagnostic) {
      const text = compilation.sources.find(({ file }) => file === diagnostic.place?.file);
      if (text === undefined || !isIgnored(text, diagnostic)) found.push(diagnostic);
    },
    sources: [source],
    needs: { services: new Set(), values: new Set(), secrets: new Set() },
    files: new Map(),
    acceptance: new Map(),
    templates: new Map(),
    journeys: new Map(),
    stepCount: 0,
    inline: (inlined, inlining) => compileInlined(compilation, inlined, inlining),
  };
  return compilation;
}

function createCompiling(
  compilation: Compilation,
  source: Source,
  journey: Journey,
  root: MapNode,
  report: Report,
  { prefix, callers }: Inlining,
): Compiling {
  // One whose default is null may be null, whatever its type.
  const types = (journey.inputs?.entries ?? []).flatMap(({ key, value: { type, default: otherwise } }) =>
    type === undefined || otherwise?.kind === 'null' ? [] : [[key.text, type.value] as const],
  );
  const givenOutputs = (step: MapNode): readonly string[] | undefined => {
    const [ofTemplate, ofJourney] = [templateOutputs(compilation, step), journeyOutputs(compilation, step)];
    return ofTemplate && ofJourney && [...ofTemplate, ...ofJourney];
  };
  for (const { key, value } of journey.acceptance?.entries ?? []) {
    if (!compilation.acceptance.has(key.text)) compilation.acceptance.set(key.text, value.text);
  }
  return {
    compilation,
    source,
    report,
    project: compilation.project,
    plan: createPlan(root, prefix, givenOutputs),
    inputs: namesUnder(root, 'inputs'),
    inputTypes: new Map(types),
    variables: namesUnder(root, 'variables'),
    acceptance: namesUnder(root, 'acceptance'),
    actors: new Map(journey.actors?.entries.map(({ key, value }) => [key.text, value])),
    namespaces: journey.namespaces?.entries.map(({ key, value }) => [key.text, value.text] as const) ?? [],
    usage: createUsage(compilation.needs),
    conditions: new Map(),
    callers,
  };
}

/** A journey as a step of another one: its warnings are told where it is compiled for itself. */
function compileInlined(
  compilation: Compilation,
  source: Source,
  inlining: Inlining,
): JourneyParts | undefined {
  const { journey, root } = parseInlined(compilation, source);
  if (journey === undefined || root === undefined) return undefined;
  const report: Report = (diagnostic) => {
    if (diagnostic.severity === 'error') compilation.report(diagnostic);
  };
  return compileParts(createCompiling(compilation, source, journey, root, report, inlining), journey);
}

function compileArtifact(
  compilation: Compilation,
  source: Source,
  journey: Journey,
  root: MapNode,
  found: readonly Diagnostic[],
): Artifact {
  const whole = { prefix: '', callers: [source.file] };
  const compiling = createCompiling(compilation, source, journey, root, compilation.report, whole);
  const { inputs, variables, steps, cleanup } = compileParts(compiling, journey);
  const presets = compileNamedValues(compiling, journey.presets, inputs, 'preset');
  const cases = compileNamedValues(compiling, journey.cases, inputs, 'case');
  if (!hasError(found)) warnUnused(compiling, journey);
  const files = [...compilation.files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    format: artifactFormat,
    ...metadata(journey),
    acceptance: [...compilation.acceptance],
    inputs,
    variables,
    presets,
    cases,
    needs: needsOf(compilation),
    ...(compilation.project.redact === undefined ? {} : { redact: compilation.project.redact }),
    steps,
    cleanup,
    ...(files.length === 0 ? {} : { files }),
    sources: compilation.sources.map(({ file, text }) => ({ file, text })),
  };
}

type Metadata = Pick<Artifact, 'name' | 'version' | 'description' | 'owner' | 'tags'>;

function metadata(journey: Journey): Metadata {
  const { version, description, owner } = journey;
  return {
    name: journey.name.text,
    ...(version === undefined ? {} : { version: version.text }),
    ...(description === undefined ? {} : { description: description.text }),
    ...(owner === undefined ? {} : { owner: owner.text }),
    tags: journey.tags?.items.map(({ text }) => text) ?? [],
  };
}

function needsOf({ needs }: Compilation): Artifact['needs'] {
  return {
    services: [...needs.services].sort(),
    values: [...needs.values].sort(),
    secrets: [...needs.secrets].sort(),
  };
}
