import { type CloudBackend, createCloudBackend } from '../../src/backends/cloud.ts';
import { compileAll } from '../../src/cli/journeys.ts';
import { createDispatch } from '../../src/compile/dispatch.ts';
import { loadProject } from '../../src/project/project.ts';
import { createRunId } from '../../src/stores/ids.ts';
import type { NewRun } from '../../src/stores/store.ts';
import { isAlive } from '../e2e/processes.ts';
import type { RunnerProcess, Sandbox } from '../e2e/sandbox.ts';

/** A run of a journey of the sandbox, as the command line would dispatch it. */
export async function prepareRun(sandbox: Sandbox, journey: string): Promise<NewRun> {
  const project = loadProject(sandbox.dir);
  const { compiled, diagnostics } = await compileAll(project, sandbox.dir, [journey]);
  const [first] = compiled;
  if (first === undefined) throw new Error(`${journey} does not compile: ${JSON.stringify(diagnostics)}`);
  const choice = { presets: [], set: [] };
  const { dispatch, diagnostics: found } = createDispatch(
    first.artifact,
    project,
    'local',
    choice,
    sandbox.env,
  );
  if (dispatch === undefined) throw new Error(`${journey} cannot run: ${JSON.stringify(found)}`);
  const { secrets, ...values } = dispatch;
  const createdAt = Date.now();
  const id = createRunId(createdAt);
  const request = {
    ...values,
    id,
    artifact: first.digest,
    journey,
    secrets: Object.keys(secrets).sort(),
    seed: id,
    createdAt,
    firstRun: id,
    generations: {},
  };
  return { request, artifact: first.text, kept: [], secrets };
}

/** The project's runner, up again after every kill, as the next command brings it up. */
export interface RunnerKeeper {
  readonly backend: CloudBackend;
  /** How often a command had to be called until a runner was there. */
  readonly starts: () => number;
  up(): Promise<RunnerProcess>;
}

export async function keepRunner(sandbox: Sandbox): Promise<RunnerKeeper> {
  let starting: Promise<RunnerProcess> | undefined;
  let starts = 0;
  const start = async (): Promise<RunnerProcess> => {
    for (let tries = 0; tries < 20; tries++) {
      starts += 1;
      const { exitCode, stderr } = await sandbox.run('list', '--limit', '1', '--json');
      const found = sandbox.runner();
      if (exitCode === 0 && found !== undefined && isAlive(found.pid)) return found;
      // 5: it was killed again while the command spoke to it.
      if (exitCode !== 0 && exitCode !== 5) throw new Error(`list ended with ${exitCode}: ${stderr}`);
    }
    throw new Error('no runner comes up any more');
  };
  const up = (): Promise<RunnerProcess> => {
    starting ??= start().finally(() => {
      starting = undefined;
    });
    return starting;
  };
  const address = await up();
  const backend = createCloudBackend({ address, reconnect: up, patienceMs: 60_000 });
  return { backend, up, starts: () => starts };
}
