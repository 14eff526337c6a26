import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudBackend } from '../backends/cloud.ts';
import type { RunnerAddress } from '../backends/connection.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Project } from '../project/project.ts';
import { resolveShell } from '../project/shell.ts';
import { createQuote } from '../run/shell-words.ts';
import type { Io } from './io.ts';
import { DiagnosedStop, Stop } from './stop.ts';

/** How long a lost contact is tried again, in milliseconds: an embedded runner is started again at once. */
const patienceMs = 30_000;
/** The same for a shared runner that never answered: a restart seldom takes longer. */
const firstPatienceMs = 1_500;

export interface RunnerChoice {
  /** `--runner URL` */
  readonly runner?: string;
}

/** The folder of a project's embedded runner. */
export function storeFolder(project: Project): string {
  return join(project.root, '.reqflo');
}

/** The address of a shared runner: `--runner`, REQFLO_RUNNER_URL, then reqflo.yaml; undefined: the embedded one. */
function sharedAddress(project: Project, choice: RunnerChoice, io: Io): RunnerAddress | undefined {
  const url = choice.runner ?? io.env.REQFLO_RUNNER_URL ?? settingsUrl(project, io);
  if (url === undefined || url === '') return undefined;
  if (!/^https?:\/\/[^/]/.test(url))
    throw new Stop(2, `"${url}" is no URL of a runner`, 'like https://runner.example');
  const token = io.env.REQFLO_TOKEN ?? '';
  if (token === '') throw new Stop(4, `there is no token for the runner at ${url}`, 'set REQFLO_TOKEN to it');
  return { url: url.replace(/\/+$/, ''), token };
}

/** What must be typed again to come to the same runner: variables and reqflo.yaml stay. */
export function reachOf({ runner }: RunnerChoice): string {
  return runner === undefined ? '' : ` --runner ${createQuote()(runner)}`;
}

/** Whether `--cloud` leads to a shared runner. */
export function isShared(project: Project, choice: RunnerChoice, io: Io): boolean {
  return sharedAddress(project, choice, io) !== undefined;
}

/** `runner.url` of reqflo.yaml, its `shell.NAME` resolved. */
function settingsUrl({ settings }: Project, io: Io): string | undefined {
  const { runnerUrl, source } = settings;
  if (runnerUrl === undefined || source === undefined) return undefined;
  const diagnostics: Diagnostic[] = [];
  const url = resolveShell(source, runnerUrl, io.env, (diagnostic) => diagnostics.push(diagnostic));
  if (diagnostics.length > 0) throw new DiagnosedStop(3, diagnostics, [source]);
  return typeof url === 'string' ? url : runnerUrl.text;
}

/** Connects to a runner; the embedded one is started where it is not up, and goes on with what was open. */
export async function connectRunner(project: Project, choice: RunnerChoice, io: Io): Promise<CloudBackend> {
  const { createCloudBackend } = await import('../backends/cloud.ts');
  const onLost = (message: string): void => io.stderr.write(`${message}; trying again\n`);
  const shared = sharedAddress(project, choice, io);
  if (shared !== undefined) {
    const reach = reachOf(choice);
    const reconnect = async (): Promise<RunnerAddress> => shared;
    return createCloudBackend({ address: shared, reconnect, patienceMs, firstPatienceMs, onLost, reach });
  }
  const { ensureEmbeddedRunner } = await import('../runner/embedded.ts');
  const { programCommand } = await import('./program-command.ts');
  const reconnect = (): Promise<RunnerAddress> =>
    ensureEmbeddedRunner({
      dir: storeFolder(project),
      command: programCommand(),
      arguments: ['runner', 'start', '--embedded', '--data', storeFolder(project)],
    });
  return createCloudBackend({ address: await reconnect(), reconnect, patienceMs, onLost });
}

/**
 * The runner that keeps this project's runs; undefined where nothing was ever kept, and so no runner has to be
 * started to say it.
 */
export async function connectToKept(
  project: Project,
  choice: RunnerChoice,
  io: Io,
): Promise<CloudBackend | undefined> {
  const shared = sharedAddress(project, choice, io) !== undefined;
  if (!shared && !existsSync(join(storeFolder(project), 'runs'))) return undefined;
  return connectRunner(project, choice, io);
}

/** The same for commands about one run. */
export async function requireKept(project: Project, choice: RunnerChoice, io: Io): Promise<CloudBackend> {
  const backend = await connectToKept(project, choice, io);
  if (backend !== undefined) return backend;
  throw new Stop(
    7,
    'no run is kept here',
    'in-process runs are not kept; reqflo run JOURNEY --cloud keeps one',
  );
}
