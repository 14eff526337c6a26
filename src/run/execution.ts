import type { FailedSend, Instant } from './outcome.ts';

/** A local command: everything resolved. */
export interface LocalCommand {
  /** Looked up in PATH where it has no slash; `sh` for a line of the shell. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  /** In the project's folder. */
  readonly cwd?: string;
  readonly stdin?: string;
  /** It is killed then, and what it started in its process group with it. */
  readonly timeoutMs: number;
}

export interface CommandOutput {
  readonly bytes: Uint8Array;
  /** As UTF-8. */
  readonly text: string;
}

/** What came of a command. Its failures are results, never exceptions. */
export interface Execution {
  readonly durationMs: number;
  readonly at: Instant;
  /** Up to 1 MiB each. */
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  readonly result: /** A death by signal N counts as 128 + N, as shells have it. */
    | { readonly kind: 'exited'; readonly exitCode: number }
    | { readonly kind: 'failed'; readonly reason: FailedSend; readonly message: string }
    | { readonly kind: 'notStarted'; readonly message: string };
}
