import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { createEffects } from '../../http/effects.ts';
import { loadProject } from '../../project/project.ts';
import { findEmbeddedRunner } from '../../runner/embedded.ts';
import { type Served, serveRunner } from '../../runner/serve.ts';
import { StoreError } from '../../stores/json-file/store-error.ts';
import type { Io } from '../io.ts';
import { programCommand } from '../program-command.ts';
import { storeFolder } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import { version } from '../version.ts';

/** Milliseconds without a word after which a worker counts as hung. */
const hungAfterMs = 30_000;
const idleTimeoutMs = 10 * 60_000;
/** Milliseconds that requests under way have to end when a runner is told to. */
const graceMs = 10_000;
const noticeAfterMs = 500;

export interface RunnerStartOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly workers?: number;
  /** Started by another command of this project: it ends by itself when it has nothing to do. */
  readonly embedded?: boolean;
}

/** Serves until it is told to stop. */
export async function runnerStartCommand(options: RunnerStartOptions, io: Io): Promise<number> {
  const project = loadProject(io.cwd);
  const dir = options.data === undefined ? storeFolder(project) : resolve(io.cwd, options.data);
  const write = options.embedded === true ? writeLog : io.stderr.write;
  const log = (line: string): void => write(`${new Date().toISOString()} ${line}\n`);
  try {
    const served = await serveRunner({
      dir,
      host: options.host,
      port: options.port,
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(io.env.REQFLO_TOKEN === undefined || options.embedded === true
        ? {}
        : { token: io.env.REQFLO_TOKEN }),
      ...(options.embedded === true
        ? { idleTimeoutMs: project.settings.idleTimeoutMs ?? idleTimeoutMs }
        : {}),
      hungAfterMs: Number(io.env.REQFLO_HUNG_AFTER_MS ?? hungAfterMs),
      graceMs,
      version,
      worker: {
        ...programCommand(),
        // Its runs come from the person whose machine this is.
        ...(options.embedded === true ? { commandFolder: project.root } : {}),
      },
      effects: createEffects({ version }),
      log,
    });
    if (options.embedded !== true) io.stdout.write(`${served.url}\n`);
    closeOnSignal(served);
    await served.ended;
    return 0;
  } catch (error) {
    throw unavailable(error, options.embedded === true);
  }
}

/** The first lets requests under way end; the second does not wait for them. */
function closeOnSignal(served: Served): void {
  let asked = false;
  const close = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (asked) process.exit(128 + constants.signals[signal]);
    asked = true;
    void served.close();
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}

/** Its stderr is a file: a line that finds no room is lost, and those after it are not. */
function writeLog(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // The runs are more than the log.
  }
}

function unavailable(error: unknown, embedded: boolean): unknown {
  if (error instanceof StoreError && error.code === 'folder-owned') {
    return new Stop(embedded ? 75 : 5, error.message);
  }
  if (error instanceof StoreError) return new Stop(2, error.message);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE' ? new Stop(2, 'the port is taken', 'choose another one with --port') : error;
}

export async function runnerStatusCommand(io: Io): Promise<number> {
  const found = await findEmbeddedRunner(storeFolder(loadProject(io.cwd)));
  if (found === undefined) {
    io.stdout.write('no runner is up; the next --cloud command starts one\n');
    return 7;
  }
  io.stdout.write(`up at ${found.url} (pid ${found.pid}, version ${found.version})\n`);
  return 0;
}

/** Ends the project's runner; what is open goes on when the next one starts. */
export async function runnerStopCommand(io: Io): Promise<number> {
  const dir = storeFolder(loadProject(io.cwd));
  const found = await findEmbeddedRunner(dir);
  if (found === undefined) {
    io.stdout.write('no runner is up\n');
    return 0;
  }
  const { createCloudBackend } = await import('../../backends/cloud.ts');
  await createCloudBackend({ address: found, reconnect: async () => found, patienceMs: 0 }).shutdown();
  const notice = setTimeout(
    () => io.stderr.write('waiting for requests on their way to end\n'),
    noticeAfterMs,
  );
  while ((await findEmbeddedRunner(dir)) !== undefined) await new Promise((done) => setTimeout(done, 20));
  clearTimeout(notice);
  io.stdout.write(`stopped (pid ${found.pid})\n`);
  return 0;
}
