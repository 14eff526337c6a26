import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { type ServerType, serve } from '@hono/node-server';
import type { Effects } from '../run/ports.ts';
import { createApi } from '../server/api.ts';
import { protocolVersion } from '../server/control.ts';
import { openJsonFileStore } from '../stores/json-file/store.ts';
import type { RunStore } from '../stores/store.ts';
import { removeRegistration, writeRegistration } from './registration.ts';
import { Runner } from './runner.ts';
import { runnerFolder } from './serve-folder.ts';
import { killSurvivors, registerWorkers } from './survivors.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerCommand } from './worker-process.ts';

/** Runs that one worker process drives at once: they wait for answers most of the time. */
const workerCapacity = 32;

export interface ServeOptions {
  /** The store's folder. */
  readonly dir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly workers?: number;
  /** Absent: made up. */
  readonly token?: string;
  /** Milliseconds of nothing to do after which an embedded runner ends; absent: it stays. */
  readonly idleTimeoutMs?: number;
  readonly hungAfterMs: number;
  /** Milliseconds that requests under way have to end when the runner is told to. */
  readonly graceMs: number;
  readonly version: string;
  readonly worker: WorkerCommand;
  /** Digests, for planning retries. */
  readonly effects: Effects;
  readonly log: (line: string) => void;
}

export interface Served {
  readonly url: string;
  readonly token: string;
  /** Resolves when the runner has ended. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Starts a runner: owns the folder, ends what outlived the runner before, listens, goes on with what was open. */
export async function serveRunner(options: ServeOptions): Promise<Served> {
  const folder = runnerFolder(options.dir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let ending: Promise<void> | undefined;
  let resolveEnded: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve;
  });
  const store = await openJsonFileStore({
    dir: options.dir,
    now: Date.now,
    // Nothing more can be made durable: to go on would be to promise what cannot be kept.
    onFatal: (error) => {
      options.log(`the store failed: ${error.message}`);
      process.exit(70);
    },
    onOwned: async () => {
      const killed = await killSurvivors(folder);
      if (killed > 0) options.log(`ended ${killed} workers of the runner before`);
    },
  });
  const close = (): Promise<void> => {
    ending ??= shutDown(options, pool, runner, server, store).then(resolveEnded);
    return ending;
  };
  const idle = createIdleTimer(options.idleTimeoutMs, close);
  void ended.then(idle.stop);
  const info = { product: 'reqflo', version: options.version, protocol: protocolVersion, pid: process.pid };
  const runner = new Runner({
    store,
    info,
    effects: options.effects,
    runsCommands: options.worker.commandFolder !== undefined,
    now: Date.now,
    onIdle: idle.tell,
    onShutdown: () => void close(),
    log: options.log,
  });
  const token = options.token ?? randomBytes(32).toString('base64url');
  const { server, port } = await listen(options, createApi(runner, token).fetch);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  const pool = createPool(options, folder, runner);
  runner.start(pool);
  await writeRegistration(folder, {
    url,
    token,
    pid: process.pid,
    version: options.version,
    protocol: protocolVersion,
  });
  options.log(`listening on ${url}; workers: ${pool.workers.length}, open runs: ${runner.busy()}`);
  return { url, token, ended, close };
}

function createPool(options: ServeOptions, folder: string, runner: Runner): WorkerPool {
  return new WorkerPool({
    command: options.worker,
    size: options.workers ?? Math.max(2, Math.min(4, cpus().length)),
    capacity: workerCapacity,
    hungAfterMs: options.hungAfterMs,
    onMessage: (worker, message) => runner.receive(worker, message),
    onDeath: (worker) => {
      options.log(`${worker.name} (pid ${worker.pid}) died with ${worker.runs.size} runs`);
      runner.bury(worker);
    },
    onRoom: () => runner.assign(),
    onStart: (workers) => registerWorkers(folder, workers),
  });
}

type Fetch = (request: Request) => Response | Promise<Response>;

function listen(options: ServeOptions, fetch: Fetch): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: options.host, port: options.port }, ({ port }) =>
      resolve({ server, port }),
    );
    server.once('error', reject);
  });
}

/** It is found until its runs are given back: a command that comes meanwhile is heard, and goes on with the next one. */
async function shutDown(
  { dir, graceMs }: ServeOptions,
  pool: WorkerPool,
  runner: Runner,
  server: ServerType,
  store: RunStore,
): Promise<void> {
  runner.close();
  await pool.close(graceMs);
  await removeRegistration(runnerFolder(dir));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeAllConnections' in server) server.closeAllConnections();
  await closed;
  await store.close();
}

interface IdleTimer {
  tell(idle: boolean): void;
  stop(): void;
}

/** Ends an embedded runner that has had nothing to do for long enough. */
function createIdleTimer(timeoutMs: number | undefined, end: () => Promise<void>): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = timeoutMs === undefined;
  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    tell(idle) {
      if (!idle || stopped) clear();
      else timer ??= setTimeout(() => void end(), timeoutMs);
    },
    stop() {
      stopped = true;
      clear();
    },
  };
}
