import { CommanderError } from 'commander';
import { explain } from './errors.ts';
import { renderExitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { DiagnosedStop, ToldError } from './stop.ts';

/** The whole command line: arguments → exit code. The one place that catches. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === 'help' && argv[1] === 'exit-codes') {
    io.stdout.write(renderExitCodes());
    return 0;
  }
  let code = 0;
  const program = createProgram(io, (exitCode) => {
    code = exitCode;
  });
  if (argv.length === 0) {
    io.stdout.write(program.helpInformation());
    return 0;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, wantsJson(argv), io);
  }
}

function wantsJson(argv: readonly string[]): boolean {
  const format = argv[argv.indexOf('--format') + 1];
  return (
    argv.includes('--json') ||
    argv.includes('--format=json') ||
    (argv.includes('--format') && format === 'json')
  );
}

/** Says what went wrong, and gives its exit code. */
async function tell(error: unknown, json: boolean, io: Io): Promise<number> {
  if (error instanceof ToldError) return tell(error.cause, false, io);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof DiagnosedStop) return tellDiagnostics(error, json, io);
  const explained = explain(error);
  const { exitCode, message } = explained;
  const hint = exitCode === 70 ? await writeReport(error) : explained.hint;
  if (json) {
    const { diagnosticsDocument } = await import('./print-diagnostics.ts');
    const fix = hint === undefined ? {} : { fix: hint };
    io.stdout.write(diagnosticsDocument([{ code: 'stopped', severity: 'error', message, ...fix }], exitCode));
  }
  io.stderr.write(`error: ${message}${hint === undefined ? '' : `\n  ${hint}`}\n`);
  return exitCode;
}

async function tellDiagnostics(stop: DiagnosedStop, json: boolean, io: Io): Promise<number> {
  const { diagnosticsDocument, printDiagnostics } = await import('./print-diagnostics.ts');
  if (json) io.stdout.write(diagnosticsDocument(stop.diagnostics, stop.exitCode));
  else printDiagnostics(stop.diagnostics, stop.sources, io.stderr);
  return stop.exitCode;
}

/** Never a stack trace on the screen: it goes to a file that can be sent along with a bug report. */
async function writeReport(error: unknown): Promise<string> {
  const { mkdtempSync, writeFileSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const path = join(mkdtempSync(join(tmpdir(), 'reqflo-')), 'report.txt');
  writeFileSync(path, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, {
    mode: 0o600,
  });
  return `what happened is in ${path}`;
}
