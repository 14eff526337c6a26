import type { Artifact, At, InputDeclaration, InputType, NamedValues, Template } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Place } from '../diagnostics/source.ts';
import { parseTemplate } from '../query/template.ts';
import { isList, isMap, isNumber, type Value } from '../query/value.ts';
import type { EnvironmentInput } from './environment.ts';
import { misfit } from './fitting.ts';
import { readGiven, splitGiven } from './given-text.ts';

/** What a person chose for one run. */
export interface Choice {
  readonly case?: string;
  /** In the order given; a later one wins. */
  readonly presets: readonly string[];
  /** `name=text` */
  readonly set: readonly string[];
}

/** Where a value came from; the names of `RunRequest.origins`. */
export type Origin = '--set' | 'case' | 'preset' | 'environment' | 'default';

/** The values that a run starts with; variables that nobody overrides are evaluated by the run itself. */
export interface RunValues {
  readonly inputs: { readonly [name: string]: Value };
  readonly variables: { readonly [name: string]: Value };
  readonly origins: { readonly [name: string]: Origin };
}

interface Given {
  readonly name: string;
  readonly value: Value;
  readonly origin: Origin;
  readonly place?: Place;
}

type Report = (diagnostic: Omit<Diagnostic, 'severity'>) => void;

export function placeAt(artifact: Artifact, at: At): Place {
  const [source, line, column, endLine, endColumn] = at;
  return { file: artifact.sources[source]?.file ?? artifact.name, line, column, endLine, endColumn };
}

const noScope = { get: () => undefined, draws: { uuid: () => '', random: () => 0, now: () => 0 } };

/** A literal of an artifact or an environment: `$${{` becomes `${{`. */
function literal(value: Template): Value {
  const parsed = parseTemplate(value);
  return parsed.ok && parsed.template.constant ? parsed.template.evaluate(noScope) : value;
}

function findNamed(
  sets: readonly NamedValues[],
  name: string,
  what: 'case' | 'preset',
  report: Report,
): NamedValues | undefined {
  const found = sets.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = sets.map((one) => one.name);
  const code = what === 'case' ? 'unknown-case' : 'unknown-preset';
  report({
    code,
    message: `there is no ${what} "${name}"`,
    fix: didYouMean(name, known, `the journey has no ${what}s`),
  });
  return undefined;
}

function fromSet(artifact: Artifact, set: NamedValues | undefined, origin: Origin): readonly Given[] {
  return (set?.values ?? []).map(([name, value]) => ({
    name,
    value: literal(value),
    origin,
    ...(set === undefined ? {} : { place: placeAt(artifact, set.at) }),
  }));
}

function typeOfLiteral(value: Value | undefined): InputType | undefined {
  if (isNumber(value)) return 'number';
  if (isList(value)) return 'array';
  if (isMap(value)) return 'object';
  return typeof value === 'boolean' ? 'boolean' : undefined;
}

/** The type that text is converted to: the declared one, else that of the literal it replaces. */
function typeFor(artifact: Artifact, name: string): InputType | undefined {
  const input = artifact.inputs.find((one) => one.name === name);
  if (input !== undefined) return input.type ?? typeOfLiteral(input.default);
  return typeOfLiteral(artifact.variables.find((one) => one.name === name)?.value);
}

function fromArguments(artifact: Artifact, set: readonly string[], report: Report): readonly Given[] {
  const known = [...artifact.inputs, ...artifact.variables].map(({ name }) => name);
  return set.flatMap((given): Given[] => {
    const split = splitGiven(given);
    if (split === undefined) {
      report({
        code: 'bad-option',
        message: `--set "${given}" has no name and value`,
        fix: 'write --set name=value',
      });
      return [];
    }
    const { name, text } = split;
    if (known.includes(name))
      return [{ name, value: readGiven(text, typeFor(artifact, name)), origin: '--set' }];
    const none = 'the journey declares none';
    report({
      code: 'unknown-input',
      message: `--set: there is no input or variable "${name}"`,
      fix: didYouMean(name, known, none),
    });
    return [];
  });
}

/** Everything that gives values, weakest first. */
function gather(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  choice: Choice,
  report: Report,
): readonly Given[] {
  const defaults = artifact.inputs.flatMap(({ name, default: value }): Given[] =>
    value === undefined ? [] : [{ name, value: literal(value), origin: 'default' }],
  );
  const declared = new Set(artifact.inputs.map(({ name }) => name));
  const fromEnvironment = environment
    .filter(({ name }) => declared.has(name))
    .map(({ name, value, place }): Given => ({ name, value: literal(value), origin: 'environment', place }));
  const presets = choice.presets.flatMap((name) =>
    fromSet(artifact, findNamed(artifact.presets, name, 'preset', report), 'preset'),
  );
  const chosen =
    choice.case === undefined ? undefined : findNamed(artifact.cases, choice.case, 'case', report);
  return [
    ...defaults,
    ...fromEnvironment,
    ...presets,
    ...fromSet(artifact, chosen, 'case'),
    ...fromArguments(artifact, choice.set, report),
  ];
}

function checkInput(
  artifact: Artifact,
  input: InputDeclaration,
  given: Given | undefined,
  report: Report,
): void {
  if (given === undefined) {
    const cases = artifact.cases.filter(({ values }) => values.some(([name]) => name === input.name));
    const names = cases.map(({ name }) => `"${name}"`).join(', ');
    const others = cases.length === 0 ? '' : `, or choose a case that does: ${names}`;
    const fix = `give it: --set ${input.name}=…${others}`;
    report({
      code: 'missing-input',
      message: `input "${input.name}" has no value`,
      place: placeAt(artifact, input.at),
      fix,
    });
    return;
  }
  const problem = given.origin === 'default' ? undefined : misfit(given.value, input);
  if (problem === undefined) return;
  const place = given.place ?? placeAt(artifact, input.at);
  const from = given.origin === '--set' ? '--set: ' : '';
  report({ code: 'input-type', message: `${from}"${input.name}" ${problem}`, place, fix: declaredAs(input) });
}

function declaredAs(input: InputDeclaration): string {
  return `it is declared as ${input.type ?? 'any value'}`;
}

/**
 * The inputs and overridden variables of one run, with where each came from. Highest first: `--set`, the case,
 * the presets (a later one wins), the environment's inputs, the declaration.
 */
export function resolveValues(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  choice: Choice,
): { readonly values?: RunValues; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push({ ...diagnostic, severity: 'error' });
  const given = new Map(gather(artifact, environment, choice, report).map((one) => [one.name, one]));
  for (const input of artifact.inputs) checkInput(artifact, input, given.get(input.name), report);
  if (diagnostics.length > 0) return { diagnostics };
  const pick = (names: readonly { readonly name: string }[]): { readonly [name: string]: Value } =>
    Object.fromEntries(
      names.flatMap(({ name }) => (given.has(name) ? [[name, given.get(name)?.value ?? null]] : [])),
    );
  const origins = Object.fromEntries([...given].map(([name, { origin }]) => [name, origin]));
  return {
    values: { inputs: pick(artifact.inputs), variables: pick(artifact.variables), origins },
    diagnostics,
  };
}
