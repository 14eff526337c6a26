import type { Entries } from '../artifact/texts.ts';
import type { InputDeclaration } from '../artifact/types.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Entry } from '../journey/map-shapes.ts';
import { type MapNode, memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { type ParsedTemplate, parseTemplates } from '../journey/template.ts';
import { parseTemplate } from '../query/template.ts';
import { addSource, type Compilation, type Templates } from './compilation.ts';
import { type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { checkGiven } from './given-values.ts';
import type { PlanStep } from './plan.ts';
import { compileInputs } from './values.ts';

/** A request template as one step uses it. */
export interface UsedTemplate {
  /** For what the template says: its own text, and the little that it sees. */
  readonly compiling: Compiling;
  readonly parsed: ParsedTemplate;
  /** The name of its file, which is that of its service. */
  readonly file: string;
  readonly values: Entries;
  /** Of values that are calculated: they are held against it when they have one. */
  readonly declared: readonly InputDeclaration[];
}

/** templates/NAME.yaml, read once, its mistakes reported. */
function loadTemplates(compilation: Compilation, name: string): Templates | undefined {
  const { templates, project, report } = compilation;
  if (templates.has(name)) return templates.get(name);
  const read = project.files?.readTemplates(name);
  if (read?.ok === false) report(read.diagnostic);
  const source = read?.ok ? addSource(compilation, read.source) : undefined;
  const loaded = source && { source, entries: parseTemplates(source, report) };
  templates.set(name, loaded);
  return loaded;
}

/** `shop/add-item`: the file's name, and the template's. */
function splitName(text: string): readonly [file: string, name: string] {
  const slash = text.lastIndexOf('/');
  return [text.slice(0, Math.max(0, slash)), text.slice(slash + 1)];
}

function findTemplate(compilation: Compilation, text: string): Entry<ParsedTemplate> | undefined {
  const [file, name] = splitName(text);
  return loadTemplates(compilation, file)?.entries.find(({ key }) => key.text === name);
}

/** Outputs that the template of a step gives it; undefined where there is no such template. */
export function templateOutputs(compilation: Compilation, step: MapNode): readonly string[] | undefined {
  const use = memberOf(step, 'use')?.value;
  if (use === undefined) return [];
  const template = use.kind === 'text' ? findTemplate(compilation, use.text) : undefined;
  return template && (template.value.outputs?.entries.map(({ key }) => key.text) ?? []);
}

function reportUnknown(compiling: Compiling, use: TextNode): undefined {
  const { compilation, project } = compiling;
  const [file] = splitName(use.text);
  const files = file === '' ? [] : [file];
  const known = [...new Set([...files, ...(project.files?.templateNames() ?? [])])].flatMap((one) =>
    (loadTemplates(compilation, one)?.entries ?? []).map(({ key }) => `${one}/${key.text}`),
  );
  const [, name] = splitName(use.text);
  const elsewhere = known.find((one) => splitName(one)[1] === name);
  const fix =
    elsewhere === undefined ? didYouMean(use.text, known, 'templates/ holds none') : `write ${elsewhere}`;
  return reportError(compiling, 'unknown-template', use.span, `there is no template "${use.text}"`, fix);
}

/** What a template declares is checked against what the step gives; what is left out has its default. */
function compileValues(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  use: TextNode,
  declared: readonly InputDeclaration[],
): Entries {
  const what = `the template "${use.text}"`;
  const given = checkGiven(compiling, { step }, parsed.values, declared, {
    what,
    kind: 'value',
    span: use.span,
  });
  return declared.flatMap(({ name, default: fallback }) => {
    const own = given.find(([key]) => key === name);
    if (own !== undefined) return [own];
    return fallback === undefined ? [] : [[name, fallback] as const];
  });
}

/** The template that a step uses; undefined where it uses none, or there is none, which is reported. */
export function useTemplate(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
): UsedTemplate | undefined {
  const { use } = parsed;
  if (use === undefined) return undefined;
  const found = findTemplate(compiling.compilation, use.text);
  const [file] = splitName(use.text);
  const source = loadTemplates(compiling.compilation, file)?.source;
  if (found === undefined || source === undefined) return reportUnknown(compiling, use);
  const names = found.value.values?.entries.map(({ key }) => key.text) ?? [];
  const own: Compiling = { ...compiling, source, templateValues: names };
  warnCredentials(own, found.value.request ?? {});
  const declared = compileInputs(own, found.value.values, 'a value');
  const values = compileValues(compiling, parsed, step, use, declared);
  return { compiling: own, parsed: found.value, file, values, declared: rulesOf(declared, values) };
}

/** A literal was checked already. */
function rulesOf(declared: readonly InputDeclaration[], values: Entries): readonly InputDeclaration[] {
  return declared.filter(({ name, at: _, description: __, default: ___, ...rules }) => {
    const parsed = parseTemplate(values.find(([given]) => given === name)?.[1] ?? null);
    return Object.keys(rules).length > 0 && !(parsed.ok && parsed.template.constant);
  });
}
