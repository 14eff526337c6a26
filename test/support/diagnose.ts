import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAll, projectSources } from '../../src/cli/journeys.ts';
import { createDispatch } from '../../src/compile/dispatch.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/diagnostics/source.ts';
import { loadProject } from '../../src/project/project.ts';

/** What a fixture asks for beyond compiling every journey: `command.json`. */
interface Command {
  readonly journey: string;
  readonly environment?: string;
  readonly case?: string;
  readonly presets?: readonly string[];
  readonly set?: readonly string[];
  readonly shell?: Readonly<Record<string, string>>;
}

function readCommand(folder: string): Command | undefined {
  const file = join(folder, 'command.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Command) : undefined;
}

/** Everything that is found before the first request of a fixture project. */
export function diagnose(folder: string): {
  diagnostics: readonly Diagnostic[];
  sources: readonly Source[];
} {
  const project = loadProject(folder);
  const command = readCommand(folder);
  const compiled = compileAll(project, folder, command === undefined ? [] : [command.journey]);
  const [first] = compiled.compiled;
  if (command === undefined || first === undefined) return compiled;
  const { case: name, presets = [], set = [], shell = {}, environment } = command;
  const choice = { presets, set, ...(name === undefined ? {} : { case: name }) };
  const { diagnostics } = createDispatch(first.artifact, project, environment, choice, shell);
  const sources = [...compiled.sources, ...projectSources(project)];
  return { diagnostics: [...compiled.diagnostics, ...diagnostics], sources };
}
