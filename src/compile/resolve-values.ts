import { misfit } from '../artifact/fitting.ts';
import type { Artifact, InputDeclaration, VariableDeclaration } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Value } from '../query/value.ts';
import type { EnvironmentInput } from './environment.ts';
import { type Choice, type Given, gatherGiven, type Origin, placeAt, type ReportError } from './given.ts';
import type { RowGiven } from './row-values.ts';

/** The values that a run starts with; variables that nobody overrides are evaluated by the run itself. */
export interface RunValues {
  readonly inputs: { readonly [name: string]: Value };
  readonly variables: { readonly [name: string]: Value };
  /** Variables that a case or preset calculates: evaluated by the run, in place of their declarations. */
  readonly redeclared?: readonly VariableDeclaration[];
  readonly origins: { readonly [name: string]: Origin };
}

export interface ResolvedValues {
  /** Absent where a diagnostic is an error. */
  readonly values?: RunValues;
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives the values of one run after the other; what all of them share is looked at once. */
export interface ValueResolver {
  /** What is wrong whatever a row gives: a case or a `--set` that does not exist. */
  readonly diagnostics: readonly Diagnostic[];
  /** What a row gives wins over all else. */
  resolve(row?: RowGiven): ResolvedValues;
}

/** Highest first: the row, `--set`, the case, the presets (a later one wins), the environment's inputs, the declaration. */
export function createValueResolver(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  choice: Choice,
): ValueResolver {
  const wrong: Diagnostic[] = [];
  const shared = gatherGiven(artifact, environment, choice, reportInto(wrong));
  return {
    diagnostics: wrong,
    resolve(row) {
      const diagnostics: Diagnostic[] = [];
      const given = new Map([...shared, ...(row?.given ?? [])].map((one) => [one.name, one]));
      for (const input of artifact.inputs) {
        checkInput(artifact, input, given.get(input.name), row, reportInto(diagnostics));
      }
      return diagnostics.length > 0 ? { diagnostics } : { values: valuesFrom(artifact, given), diagnostics };
    },
  };
}

/** The inputs and overridden variables of one run, with where each came from. */
export function resolveValues(
  artifact: Artifact,
  environment: readonly EnvironmentInput[],
  choice: Choice,
): ResolvedValues {
  const resolver = createValueResolver(artifact, environment, choice);
  const resolved = resolver.resolve();
  if (resolver.diagnostics.length === 0) return resolved;
  return { diagnostics: [...resolver.diagnostics, ...resolved.diagnostics] };
}

function reportInto(diagnostics: Diagnostic[]): ReportError {
  return (diagnostic) => diagnostics.push({ ...diagnostic, severity: 'error' });
}

function valuesFrom(artifact: Artifact, given: ReadonlyMap<string, Given>): RunValues {
  const pick = (names: readonly { readonly name: string }[]): { readonly [name: string]: Value } =>
    Object.fromEntries(
      names.flatMap(({ name }) => {
        const one = given.get(name);
        return one === undefined || one.expressionAt !== undefined ? [] : [[name, one.value]];
      }),
    );
  const redeclared = artifact.variables.flatMap(({ name }) => {
    const { expressionAt: at, value = null } = given.get(name) ?? {};
    return at === undefined ? [] : [{ name, at, value }];
  });
  const origins = Object.fromEntries([...given].map(([name, { origin }]) => [name, origin]));
  const values = { inputs: pick(artifact.inputs), variables: pick(artifact.variables), origins };
  return redeclared.length === 0 ? values : { ...values, redeclared };
}

function checkInput(
  artifact: Artifact,
  input: InputDeclaration,
  given: Given | undefined,
  row: RowGiven | undefined,
  report: ReportError,
): void {
  if (given === undefined) {
    reportMissing(artifact, input, row, report);
    return;
  }
  const problem = given.origin === 'default' ? undefined : misfit(given.value, input);
  if (problem === undefined) return;
  const place = given.place ?? placeAt(artifact, input.at);
  const message = `${given.from ?? ''}"${input.name}" ${problem}`;
  report({ code: 'input-type', message, place, fix: declaredAs(input) });
}

function declaredAs(input: InputDeclaration): string {
  return `it is declared as ${input.type ?? 'any value'}`;
}

function reportMissing(
  artifact: Artifact,
  input: InputDeclaration,
  row: RowGiven | undefined,
  report: ReportError,
): void {
  const cases = artifact.cases.filter(({ values }) => values.some(([name]) => name === input.name));
  const names = cases.map(({ name }) => `"${name}"`).join(', ');
  const others = cases.length === 0 ? '' : `, or choose a case that does: ${names}`;
  report({
    code: 'missing-input',
    message: `${row?.lacking.from ?? ''}input "${input.name}" has no value`,
    place: row?.lacking.place ?? placeAt(artifact, input.at),
    fix: `${row?.lacking.fix(input.name) ?? ''}give it: --set ${input.name}=…${others}`,
  });
}
