import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAll, projectSources } from '../../src/cli/journeys.ts';
import { checkRows } from '../../src/compile/check-rows.ts';
import { createDispatch, createRowDispatcher } from '../../src/compile/dispatch.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/diagnostics/source.ts';
import { openData } from '../../src/project/data/open-data.ts';
import { loadProject } from '../../src/project/project.ts';

/** What a fixture asks for beyond compiling every journey: `command.json`. */
interface Command {
  readonly journey: string;
  readonly environment?: string;
  readonly case?: string;
  readonly presets?: readonly string[];
  readonly set?: readonly string[];
  readonly shell?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly rowId?: string;
}

interface Diagnosed {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly Source[];
}

function readCommand(folder: string): Command | undefined {
  const file = join(folder, 'command.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Command) : undefined;
}

/** Everything that is found before the first request of a fixture project. */
export async function diagnose(folder: string): Promise<Diagnosed> {
  const project = loadProject(folder);
  const command = readCommand(folder);
  const compiled = await compileAll(project, folder, command === undefined ? [] : [command.journey]);
  const [first] = compiled.compiled;
  if (command === undefined || first === undefined) return compiled;
  const { case: name, presets = [], set = [], shell = {}, environment, data, rowId } = command;
  const choice = { presets, set, ...(name === undefined ? {} : { case: name }) };
  const sources = [...compiled.sources, ...projectSources(project)];
  if (data === undefined) {
    const { diagnostics } = createDispatch(first.artifact, project, environment, choice, shell);
    return { diagnostics: [...compiled.diagnostics, ...diagnostics], sources };
  }
  const opened = openData(project.root, folder, data);
  if (!opened.ok) return { diagnostics: [...compiled.diagnostics, opened.diagnostic], sources };
  const idColumn = rowId === undefined ? {} : { idColumn: rowId };
  const options = { file: opened.data.file, ignoreUnknownColumns: false, ...idColumn };
  const dispatcher = createRowDispatcher(first.artifact, project, environment, choice, shell, options);
  const checked = await checkRows(opened.data, [dispatcher]);
  return {
    diagnostics: [...compiled.diagnostics, ...dispatcher.diagnostics, ...checked.diagnostics],
    sources: [...sources, checked.source],
  };
}
