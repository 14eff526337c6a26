import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { loadProject } from '../../project/project.ts';
import type { Io } from '../io.ts';
import { compileAll, stopOnErrors } from '../journeys.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { storeFolder } from '../runner-connection.ts';

export interface CompileOptions {
  readonly output?: string;
  readonly json?: boolean;
}

/** Writes the artifact of each journey, named by its SHA-256. */
export async function compileCommand(
  names: readonly string[],
  options: CompileOptions,
  io: Io,
): Promise<number> {
  const project = loadProject(io.cwd);
  const { compiled, diagnostics, sources } = await compileAll(project, io.cwd, names);
  stopOnErrors(diagnostics, sources);
  printDiagnostics(diagnostics, sources, io.stderr);
  const folder =
    options.output === undefined ? join(storeFolder(project), 'artifacts') : resolve(io.cwd, options.output);
  mkdirSync(folder, { recursive: true });
  const artifacts = compiled.map(({ artifact, text, digest }) => {
    const path = join(folder, `${digest}.json`);
    // Whole or not at all: a worker may be reading it.
    writeFileSync(`${path}.${process.pid}.tmp`, text);
    renameSync(`${path}.${process.pid}.tmp`, path);
    return { journey: artifact.name, digest, path: relative(io.cwd, path) };
  });
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ schemaVersion: 1, artifacts, exitCode: 0 }, undefined, 2)}\n`);
  } else
    for (const { journey, digest, path } of artifacts)
      io.stdout.write(`${journey}  ${digest.slice(0, 12)}  ${path}\n`);
  return 0;
}
