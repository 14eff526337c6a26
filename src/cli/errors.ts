import { fileProblem } from './file-error.ts';
import { Stop } from './stop.ts';

export interface Explained {
  readonly exitCode: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

const addressIs = 'the address is that of --runner, else REQFLO_RUNNER_URL, else runner.url of reqflo.yaml';
const lookAgain = 'the run itself may go on: look with reqflo status';
const notKept = 'in-process runs are not kept; reqflo list shows what is';

/** What an expected failure is for a person, and its exit code; 70 is a bug of ours. */
export function explain(error: unknown): Explained {
  if (error instanceof Stop) return { exitCode: error.exitCode, message: error.message, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  switch (error instanceof Error ? error.name : '') {
    case 'NeverReachedError':
    case 'NoRunnerError':
      return { exitCode: 5, message, hint: addressIs };
    case 'RunnerUnavailableError':
      return { exitCode: 5, message };
    case 'UnreachableError':
      return { exitCode: 5, message, hint: lookAgain };
    case 'NotAllowedError':
      return { exitCode: 4, message, hint: 'set REQFLO_TOKEN to the token of this runner' };
    case 'UnknownRunError':
      return { exitCode: 7, message, hint: notKept };
    case 'NotStoredError':
      return { exitCode: 3, message };
    case 'BatchCanceledError':
      return { exitCode: 6, message };
    case 'RefusedError':
      return { exitCode: 2, message };
    default:
      return explainRefusal(error) ?? { exitCode: 70, message: `a bug of reqflo: ${message}` };
  }
}

/** What the system did not let be read or written. */
function explainRefusal(error: unknown): Explained | undefined {
  const problem = fileProblem(error);
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  return problem && path ? { exitCode: problem.exitCode, message: `${path}: ${problem.why}` } : undefined;
}
