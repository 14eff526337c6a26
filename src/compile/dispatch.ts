import type { Environment } from '../artifact/environment.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Project } from '../project/project.ts';
import { createSecretLookup } from '../project/secrets.ts';
import type { Shell } from '../project/shell.ts';
import { resolveEnvironment } from './environment.ts';
import { type Choice, type RunValues, resolveValues } from './resolve-values.ts';
import { checkRun } from './run-check.ts';

/** All that a run request needs beside its id, seed and times. */
export interface Dispatch extends RunValues {
  readonly case?: string;
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
  const { resolved, diagnostics: ofEnvironment } = resolveEnvironment(project, environmentName, shell);
  const { values, diagnostics: ofValues } = resolveValues(artifact, resolved?.inputs ?? [], choice);
  if (resolved === undefined) return { diagnostics: [...ofEnvironment, ...ofValues] };
  const { environment } = resolved;
  const check = checkRun(artifact, environment, createSecretLookup(project, shell));
  const diagnostics = [...ofEnvironment, ...ofValues, ...check.diagnostics];
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  if (failed || values === undefined) return { diagnostics };
  const chosen = choice.case === undefined ? {} : { case: choice.case };
  return { dispatch: { ...values, ...chosen, environment, secrets: check.secrets }, diagnostics };
}
