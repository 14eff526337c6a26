import type { Environment } from '../artifact/environment.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DataRow } from '../project/data/row.ts';
import type { Project } from '../project/project.ts';
import { createSecretLookup } from '../project/secrets.ts';
import type { Shell } from '../project/shell.ts';
import { type EnvironmentInput, resolveEnvironment } from './environment.ts';
import type { Choice } from './given.ts';
import { createValueResolver, type RunValues, resolveValues } from './resolve-values.ts';
import { createRowReader, type RowOptions, type RunRow } from './row-values.ts';
import { checkRun } from './run-check.ts';

/** All that a run request needs beside its id, seed and times. */
export interface Dispatch extends RunValues {
  readonly case?: string;
  readonly row?: RunRow;
  readonly environment: Environment;
  /** By name, in plain: handed over to whoever runs it, and never part of the request. */
  readonly secrets: { readonly [name: string]: string };
}

export interface DispatchResult {
  /** Absent where a diagnostic is an error. */
  readonly dispatch?: Dispatch;
  readonly diagnostics: readonly Diagnostic[];
}

/** Brings artifact, environment, choice and secrets together, and checks that nothing is missing. */
export function createDispatch(
  artifact: Artifact,
  project: Project,
  environmentName: string | undefined,
  choice: Choice,
  shell: Shell,
): DispatchResult {
  const ground = prepareGround(artifact, project, environmentName, shell);
  const { values, diagnostics: ofValues } = resolveValues(artifact, ground.inputs, choice);
  const diagnostics = [...ground.diagnostics, ...ofValues];
  if (ground.shared === undefined || values === undefined) return { diagnostics };
  return { dispatch: { ...values, ...caseOf(choice), ...ground.shared }, diagnostics };
}

/** Dispatches row after row of a data file: what all of them share is brought together once. */
export interface RowDispatcher {
  /** What is wrong whatever the rows say. */
  readonly diagnostics: readonly Diagnostic[];
  dispatch(row: DataRow): DispatchResult;
  /** After the last row: what only all of them together tell. */
  conclude(): readonly Diagnostic[];
}

export function createRowDispatcher(
  artifact: Artifact,
  project: Project,
  environmentName: string | undefined,
  choice: Choice,
  shell: Shell,
  options: RowOptions,
): RowDispatcher {
  const ground = prepareGround(artifact, project, environmentName, shell);
  const resolver = createValueResolver(artifact, ground.inputs, choice);
  const reader = createRowReader(artifact, options);
  return {
    diagnostics: [...ground.diagnostics, ...resolver.diagnostics],
    dispatch(dataRow) {
      const { row, diagnostics: ofRow, ...given } = reader.read(dataRow);
      const { values, diagnostics: ofValues } = resolver.resolve(given);
      const diagnostics = [...ofRow, ...ofValues];
      const failed = ofRow.length > 0 || resolver.diagnostics.length > 0;
      if (ground.shared === undefined || values === undefined || failed) return { diagnostics };
      return { dispatch: { ...values, ...caseOf(choice), row, ...ground.shared }, diagnostics };
    },
    conclude: () => reader.conclude(choice.set),
  };
}

function caseOf(choice: Choice): { readonly case?: string } {
  return choice.case === undefined ? {} : { case: choice.case };
}

/** What the runs of a command share, whatever their values. */
interface Ground {
  /** Absent where a diagnostic is an error. */
  readonly shared?: Pick<Dispatch, 'environment' | 'secrets'>;
  readonly inputs: readonly EnvironmentInput[];
  readonly diagnostics: readonly Diagnostic[];
}

function prepareGround(
  artifact: Artifact,
  project: Project,
  environmentName: string | undefined,
  shell: Shell,
): Ground {
  const { resolved, diagnostics: ofEnvironment } = resolveEnvironment(project, environmentName, shell);
  if (resolved === undefined) return { inputs: [], diagnostics: ofEnvironment };
  const { environment, inputs, secrets: handedOver } = resolved;
  const ofDotenv: Diagnostic[] = [];
  const ofMachine = createSecretLookup(project, shell, (found) => ofDotenv.push(found));
  const ownSecrets = new Map(Object.entries(handedOver));
  const check = checkRun(artifact, environment, (secret) => ownSecrets.get(secret) ?? ofMachine(secret));
  const diagnostics = [...ofEnvironment, ...ofDotenv, ...check.diagnostics];
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return failed
    ? { inputs, diagnostics }
    : { inputs, diagnostics, shared: { environment, secrets: check.secrets } };
}
