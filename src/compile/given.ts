import type { At, Template } from '../artifact/texts.ts';
import type { Artifact, InputType, NamedValues } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Place } from '../diagnostics/source.ts';
import { parseTemplate } from '../query/template.ts';
import { isList, isMap, isNumber, type Value } from '../query/value.ts';
import type { EnvironmentInput } from './environment.ts';
import { readGiven, splitGiven } from './given-text.ts';

/** What a person chose for the runs of a command. */
export interface Choice {
  readonly case?: string;
  /** In the order given; a later one wins. */
  readonly presets: readonly string[];
  /** `name=text` */
  readonly set: readonly string[];
}

/** Where a value came from; the names of `RunRequest.origins`. */
export type Origin = 'row' | '--set' | 'case' | 'preset' | 'environment' | 'default';

/** A value that somebody gives to an input or a variable. */
export interface Given {
  readonly name: string;
  readonly value: Value;
  readonly origin: Origin;
  readonly place?: Place;
  /** Its value is no value yet, but an expression of the journey that the run evaluates, and stands there. */
  readonly expressionAt?: At;
  /** How a message begins that is about it: `--set: `, `row 3, column `. */
  readonly from?: string;
}

export type ReportError = (diagnostic: Omit<Diagnostic, 'severity'>) => void;

export function placeAt(artifact: Artifact, at: At): Place {
  const [source, line, column, endLine, endColumn] = at;
  return { file: artifact.sources[source]?.file ?? artifact.name, line, column, endLine, endColumn };
}

/** Inputs and variables share one space of names. */
export function knownNames({ inputs, variables }: Artifact): readonly string[] {
  return [...inputs, ...variables].map(({ name }) => name);
}

const noScope = { get: () => undefined, draws: { uuid: () => '', random: () => 0, now: () => 0 } };

/** A literal of an artifact or an environment: `$${{` becomes `${{`; undefined for an expression. */
function literal(value: Template): Value | undefined {
  const parsed = parseTemplate(value);
  return parsed.ok && parsed.template.constant ? parsed.template.evaluate(noScope) : undefined;
}

/** A case or a preset by its name; reports where there is none. */
export function findNamed(
  sets: readonly NamedValues[],
  name: string,
  what: 'case' | 'preset',
  report: ReportError,
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
  if (set === undefined) return [];
  const place = placeAt(artifact, set.at);
  return set.values.map(([name, template]) => {
    const value = literal(template);
    if (value !== undefined) return { name, value, origin, place };
    return { name, value: template, origin, place, expressionAt: set.at };
  });
}

function typeOfLiteral(value: Value | undefined): InputType | undefined {
  if (isNumber(value)) return 'number';
  if (isList(value)) return 'array';
  if (isMap(value)) return 'object';
  return typeof value === 'boolean' ? 'boolean' : undefined;
}

/** The type that text is converted to: the declared one, else that of the literal it replaces. */
export function typeFor(artifact: Artifact, name: string): InputType | undefined {
  const input = artifact.inputs.find((one) => one.name === name);
  if (input !== undefined) return input.type ?? typeOfLiteral(input.default);
  return typeOfLiteral(artifact.variables.find((one) => one.name === name)?.value);
}

function fromArguments(artifact: Artifact, set: readonly string[], report: ReportError): readonly Given[] {
  const known = knownNames(artifact);
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
    const value = readGiven(text, typeFor(artifact, name));
    if (known.includes(name)) return [{ name, value, origin: '--set', from: '--set: ' }];
    const none = 'the journey declares none';
    report({
      code: 'unknown-input',
      message: `--set: there is no input or variable "${name}"`,
      fix: didYouMean(name, known, none),
    });
    return [];
  });
}

/** What the shell gives is a value by now; an input is recorded in plain, so nothing else can be calculated. */
function fromEnvironment(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  report: ReportError,
): readonly Given[] {
  const declared = new Set(artifact.inputs.map(({ name }) => name));
  return environment.flatMap(({ name, value: template, place }): Given[] => {
    if (!declared.has(name)) return [];
    const value = literal(template);
    if (value !== undefined) return [{ name, value, origin: 'environment', place }];
    const message = `input "${name}" takes a plain value`;
    const fix = 'only shell can be read here; a variable of the journey can read secrets';
    report({ code: 'expression-in-input', message, place, fix });
    return [{ name, value: template, origin: 'environment', place }];
  });
}

/** Everything but data rows that gives values, weakest first. */
export function gatherGiven(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  choice: Choice,
  report: ReportError,
): readonly Given[] {
  const defaults = artifact.inputs.flatMap(({ name, default: template }): Given[] => {
    const value = template === undefined ? undefined : literal(template);
    return value === undefined ? [] : [{ name, value, origin: 'default' }];
  });
  const presets = choice.presets.flatMap((name) =>
    fromSet(artifact, findNamed(artifact.presets, name, 'preset', report), 'preset'),
  );
  const chosen =
    choice.case === undefined ? undefined : findNamed(artifact.cases, choice.case, 'case', report);
  return [
    ...defaults,
    ...fromEnvironment(artifact, environment, report),
    ...presets,
    ...fromSet(artifact, chosen, 'case'),
    ...fromArguments(artifact, choice.set, report),
  ];
}
