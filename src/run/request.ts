import type { Environment } from '../artifact/environment.ts';
import type { VariableDeclaration } from '../artifact/types.ts';
import type { Value } from '../query/value.ts';
import type { Instant } from './outcome.ts';

/** Where a value came from, highest first. */
export type Origin = 'row' | '--set' | 'case' | 'preset' | 'environment' | 'default';

/** Everything that a run needs beside its artifact; immutable once accepted. Secrets are named only. */
export interface RunRequest {
  readonly id: string;
  /** SHA-256 of the artifact's canonical bytes. */
  readonly artifact: string;
  readonly journey: string;
  readonly case?: string;
  /** The row of a data file that it runs: its index from 1, and its own name (`row 3`, or what `--row-id` gave). */
  readonly row?: { readonly index: number; readonly id: string };
  /** The batch that it belongs to, and its place there, from 1: that of its row, case and journey. Retries keep it. */
  readonly batch?: { readonly id: string; readonly place: number };
  readonly environment: Environment;
  readonly inputs: { readonly [name: string]: Value };
  /** Overrides of declared variables (`--set`, case, preset); the others are evaluated at the start. */
  readonly variables: { readonly [name: string]: Value };
  /** Variables that a case or preset calculates, in place of their declarations. */
  readonly redeclared?: readonly VariableDeclaration[];
  readonly origins: { readonly [name: string]: Origin };
  readonly secrets: readonly string[];
  /** A run with the same seed draws the same uuids and random numbers. */
  readonly seed: string;
  readonly createdAt: Instant;
  /** The run stops then (`--timeout`); its cleanup still runs. */
  readonly deadline?: Instant;
  readonly noCleanup?: true;
  /** Local commands may run (`--allow-exec`). */
  readonly allowExec?: true;
  /** First run of a chain of retries: `run.id` in expressions, and the root of idempotency keys. */
  readonly firstRun: string;
  readonly retryOf?: string;
  /** Steps that run again although they passed, and the cleanup step that had undone each. */
  readonly undone?: { readonly [key: string]: string };
  /** Raised for a step that a person runs again after it was answered or undone. */
  readonly generations: { readonly [key: string]: number };
}
