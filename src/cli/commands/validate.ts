import { renderGithub } from '../../diagnostics/github.ts';
import { renderSarif } from '../../diagnostics/sarif.ts';
import { repositoryPrefix } from '../../project/files.ts';
import { loadProject, type Project } from '../../project/project.ts';
import type { Io } from '../io.ts';
import { type CompiledAll, compileAll, exitCodeOfDiagnostics } from '../journeys.ts';
import type { DiagnosticFormat } from '../options.ts';
import { diagnosticsDocument, printDiagnostics } from '../print-diagnostics.ts';
import { Stop } from '../stop.ts';
import { version } from '../version.ts';

export interface ValidateOptions {
  readonly format?: DiagnosticFormat;
  /** Short for the format json. */
  readonly json?: boolean;
}

/** Diagnostics only: nothing is written, nothing is sent. */
export async function validateCommand(
  names: readonly string[],
  options: ValidateOptions,
  io: Io,
): Promise<number> {
  const format = formatOf(options);
  const project = loadProject(io.cwd);
  const checked = await compileAll(project, io.cwd, names);
  const exitCode = exitCodeOfDiagnostics(checked.diagnostics);
  if (format === 'pretty') printForPeople(checked, exitCode, io);
  else io.stdout.write(render(format, project, checked, exitCode));
  return exitCode;
}

function formatOf({ format, json }: ValidateOptions): DiagnosticFormat {
  if (json !== true) return format ?? 'pretty';
  if (format !== undefined && format !== 'json')
    throw new Stop(2, `--json and --format ${format} exclude each other`);
  return 'json';
}

function render(
  format: Exclude<DiagnosticFormat, 'pretty'>,
  { root }: Project,
  { diagnostics }: CompiledAll,
  exitCode: number,
): string {
  switch (format) {
    case 'json':
      return diagnosticsDocument(diagnostics, exitCode);
    case 'sarif':
      return renderSarif(diagnostics, { version, prefix: repositoryPrefix(root) });
    case 'github':
      return renderGithub(diagnostics, repositoryPrefix(root));
  }
}

function printForPeople({ compiled, diagnostics, sources }: CompiledAll, exitCode: number, io: Io): void {
  printDiagnostics(diagnostics, sources, io.stderr);
  if (exitCode !== 0) return;
  const count = `${compiled.length} ${compiled.length === 1 ? 'journey' : 'journeys'}`;
  io.stdout.write(`${count} checked: ${compiled.map(({ artifact }) => artifact.name).join(', ')}\n`);
}
