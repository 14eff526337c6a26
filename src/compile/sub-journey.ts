import type { Output } from '../artifact/judgement.ts';
import type { JourneyStep } from '../artifact/types.ts';
import type { Source } from '../diagnostics/source.ts';
import { type ParsedJourney, parseJourney } from '../journey/journey.ts';
import { type MapNode, memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { addSource, type Compilation, type JourneyParts, stepLimit } from './compilation.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkGiven } from './given-values.ts';
import { namesUnder, type PlanStep } from './plan.ts';

/** The file of a journey by its name or path; undefined where there is none. */
function findSource(compilation: Compilation, name: string): Source | undefined {
  const found = compilation.project.files?.findJourney(name);
  return found?.ok ? addSource(compilation, found.source) : undefined;
}

/** A journey that is a step, parsed once; its warnings are told where it is compiled for itself. */
export function parseInlined({ journeys, report }: Compilation, source: Source): ParsedJourney {
  const known = journeys.get(source.file);
  if (known !== undefined) return known;
  const parsed = parseJourney(source, (diagnostic) => {
    if (diagnostic.severity === 'error') report(diagnostic);
  });
  journeys.set(source.file, parsed);
  return parsed;
}

/** Outputs that the journey of a step gives it; undefined where there is no such journey. */
export function journeyOutputs(compilation: Compilation, step: MapNode): readonly string[] | undefined {
  const name = memberOf(step, 'journey')?.value;
  if (name === undefined) return [];
  const source = name.kind === 'text' ? findSource(compilation, name.text) : undefined;
  const root = source && parseInlined(compilation, source).root;
  return root && namesUnder(root, 'outputs');
}

function reportUnknown(compiling: Compiling, node: TextNode): undefined {
  const found = compiling.project.files?.findJourney(node.text);
  const [first] = found?.ok === false ? found.diagnostics : [];
  const { code, message, fix } = first ?? {
    code: 'unknown-journey',
    message: `there is no journey "${node.text}"`,
  };
  return reportError(compiling, code, node.span, message, fix);
}

/** Names of journeys from the one that calls itself to the call. */
function checkNoCycle(compiling: Compiling, node: TextNode, source: Source): boolean {
  const first = compiling.callers.indexOf(source.file);
  if (first === -1) return true;
  const way = [...compiling.callers.slice(first), source.file].join(' → ');
  const message = `journey "${node.text}" calls itself`;
  reportError(compiling, 'calls-itself', node.span, message, way);
  return false;
}

/** Told once: all that follow would be too many, too. */
function checkSize(compiling: Compiling, node: TextNode): boolean {
  const { compilation } = compiling;
  if (compilation.stepCount <= stepLimit) return true;
  if (compilation.stepCount === Number.POSITIVE_INFINITY) return false;
  compilation.stepCount = Number.POSITIVE_INFINITY;
  const message = `with journeys inside journeys there are more than ${stepLimit} steps`;
  reportError(compiling, 'too-many-steps', node.span, message, 'call fewer, or loop over one');
  return false;
}

/** Keys of its steps begin as those of the step's own cleanup do. */
function checkKeys(compiling: Compiling, parsed: ParsedStep, parts: JourneyParts): void {
  const ids = [...parts.steps, ...parts.cleanup].map(({ id }) => id);
  for (const { id } of parsed.cleanup?.items ?? []) {
    if (!ids.includes(id.text)) continue;
    const message = `journey "${parts.name}" has a step "${id.text}" too`;
    reportError(compiling, 'duplicate-id', id.span, message, 'give this one another id');
  }
}

type SubJourney = Pick<JourneyStep, 'journey' | 'inputs' | 'declared' | 'variables' | 'steps' | 'after'>;

/** What another journey becomes as a step, and the outputs that it gives. */
export interface CompiledSubJourney {
  readonly content: SubJourney;
  readonly outputs: readonly Output[];
}

/** The journey's own outputs, and those that the step adds to them. */
export function outputsBeside({ outputs }: CompiledSubJourney, added: readonly Output[]): readonly Output[] {
  return [...outputs, ...added.map((output) => ({ ...output, beside: true as const }))];
}

/** Two outputs of one name: one that the step adds, and one that its journey declares. */
function checkOutputs(compiling: Compiling, parsed: ParsedStep, parts: JourneyParts): void {
  for (const { key } of parsed.outputs?.entries ?? []) {
    const declared = parts.outputs.find(({ name }) => name === key.text);
    if (declared === undefined) continue;
    const [source, line] = declared.at;
    const file = compiling.compilation.sources[source]?.file ?? parts.name;
    const message = `journey "${parts.name}" gives an output "${key.text}" already`;
    reportError(
      compiling,
      'duplicate-id',
      key.span,
      message,
      `give this one another name: see ${file}:${line}`,
    );
  }
}

export function compileSubJourney(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
): CompiledSubJourney | undefined {
  const { journey: node } = parsed;
  if (node === undefined) return undefined;
  const source = findSource(compiling.compilation, node.text);
  if (source === undefined) return reportUnknown(compiling, node);
  if (!checkNoCycle(compiling, node, source) || !checkSize(compiling, node)) return undefined;
  const callers = [...compiling.callers, source.file];
  const parts = compiling.compilation.inline(source, { prefix: `${step.key}/`, callers });
  if (parts === undefined) return undefined;
  checkKeys(compiling, parsed, parts);
  checkOutputs(compiling, parsed, parts);
  const declarer = { what: `journey "${parts.name}"`, kind: 'input', span: node.span } as const;
  const inputs = checkGiven(compiling, { step }, parsed.inputs, parts.inputs, declarer);
  const { name, variables, steps, cleanup, outputs } = parts;
  return {
    content: { journey: name, inputs, declared: parts.inputs, variables, steps, after: cleanup },
    outputs,
  };
}
