import { loadProject } from '../../project/project.ts';
import type { Io } from '../io.ts';
import { compileAll, exitCodeOfDiagnostics } from '../journeys.ts';
import { diagnosticsDocument, printDiagnostics } from '../print-diagnostics.ts';

/** Diagnostics only: nothing is written, nothing is sent. */
export function validateCommand(
  names: readonly string[],
  options: { readonly json?: boolean },
  io: Io,
): number {
  const project = loadProject(io.cwd);
  const { compiled, diagnostics, sources } = compileAll(project, io.cwd, names);
  const exitCode = exitCodeOfDiagnostics(diagnostics);
  if (options.json === true) io.stdout.write(diagnosticsDocument(diagnostics, exitCode));
  else {
    printDiagnostics(diagnostics, sources, io.stderr);
    if (exitCode === 0) {
      const count = `${compiled.length} ${compiled.length === 1 ? 'journey' : 'journeys'}`;
      io.stdout.write(`${count} checked: ${compiled.map(({ artifact }) => artifact.name).join(', ')}\n`);
    }
  }
  return exitCode;
}
