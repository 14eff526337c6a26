import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { createShop, type Shop } from '../../fixtures/shop/server.mjs';
import type { RunEvent } from '../../src/run/event.ts';
import { isAlive, runnersOf } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin/reqflo.js');

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has said on stderr so far. */
  said(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface RunnerProcess {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
}

/** One line of a journal. */
export interface Line {
  readonly seq: number;
  readonly epoch: number;
  readonly events: readonly RunEvent[];
}

export interface SandboxOptions {
  /** A folder of journeys beside those of the sample project; default: the one of these tests. */
  readonly journeys?: string;
  /** More files, by path in the project. */
  readonly files?: { readonly [path: string]: string };
  readonly env?: { readonly [name: string]: string };
  readonly confirmAfterMs?: number;
}

/** A project of its own with a shop of its own, the built program, and every process that comes of it. */
export interface Sandbox {
  readonly dir: string;
  readonly store: string;
  readonly shop: Shop;
  readonly env: { readonly [name: string]: string };
  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Starts a command, to be looked at while it runs. */
  start(...args: readonly string[]): Started;
  write(path: string, text: string): Promise<void>;
  /** The next `times` answers to a route are kept back. */
  hold(pattern: string, times?: number, ms?: number): Promise<void>;
  /** Resolves when the shop keeps back that many answers. */
  held(count?: number): Promise<void>;
  /** The shop answers what it keeps back, and forgets all else. */
  release(): Promise<void>;
  runner(): RunnerProcess | undefined;
  /** Pid of the worker that has a run now. */
  workerOf(id: string): number;
  workers(): readonly { readonly name: string; readonly pid: number }[];
  runIds(): readonly string[];
  lines(id: string): readonly Line[];
  events(id: string): readonly RunEvent[];
  log(): string;
  close(): Promise<void>;
}

/** Waits until something is there; fails where it takes far too long. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let tries = 0; tries < 2_000; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(10);
  }
  throw new Error(`not there: ${what}`);
}

export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const dir = mkdtempSync(join(tmpdir(), 'reqflo-e2e-'));
  const store = join(dir, '.reqflo');
  const shop = await createShop({ confirmAfterMs: options.confirmAfterMs ?? 100 });
  await cp(join(root, 'fixtures/shop/journeys'), join(dir, 'journeys'), { recursive: true });
  const own = options.journeys ?? join(root, 'test/e2e/journeys');
  await cp(own, join(dir, 'journeys'), { recursive: true });
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  await write('reqflo.yaml', 'environment: local\n');
  await write('environments/local.yaml', `services:\n  shop: { url: "${shop.url}" }\n`);
  for (const [path, text] of Object.entries(options.files ?? {})) await write(path, text);

  const { PATH = '', HOME = dir } = process.env;
  const env = { PATH, HOME, NO_COLOR: '1', SHOP_PASSWORD: 'any password will do', ...options.env };
  const started = new Set<number>();
  const start = (...args: readonly string[]): Started => {
    const subprocess = execa(process.execPath, [bin, ...args], {
      cwd: dir,
      env,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
    });
    const { pid = -1 } = subprocess;
    started.add(pid);
    const ended = subprocess.then(({ exitCode, stdout, stderr }) => {
      started.delete(pid);
      return { exitCode, stdout, stderr };
    });
    let heard = '';
    subprocess.stderr.on('data', (part) => {
      heard += part;
    });
    return { pid, ended, said: () => heard, kill: (signal) => void subprocess.kill(signal) };
  };

  const readJson = <T>(path: string): T | undefined => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T;
    } catch {
      return undefined;
    }
  };
  const lines = (id: string): readonly Line[] => {
    const text = readFileSync(join(store, 'runs', id, 'journal.jsonl'), 'utf8');
    // The last line may be one that is just being written.
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  };
  const events = (id: string): readonly RunEvent[] => lines(id).flatMap((line) => line.events);
  const workers = (): readonly { name: string; pid: number }[] =>
    readJson(join(store, 'runner/workers.json')) ?? [];
  const admin = async (path: string, body?: object): Promise<{ readonly held: number } | undefined> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${shop.url}/_admin/${path}`, init);
    if (!response.ok) throw new Error(`the shop answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : ((await response.json()) as { held: number });
  };

  return {
    dir,
    store,
    shop,
    env,
    run: (...args) => start(...args).ended,
    start,
    write,
    hold: async (pattern, times = 1, ms = 20_000) => void (await admin('hold', { pattern, times, ms })),
    held: async (count = 1) => {
      await until(`${count} answers that are kept back`, async () => (await admin('held'))?.held === count);
    },
    release: async () => void (await admin('reset', {})),
    runner: () => readJson<RunnerProcess>(join(store, 'runner/runner.json')),
    workerOf(id) {
      const name = events(id).findLast((event) => event.type === 'run.started')?.worker;
      const worker = workers().find((one) => one.name === name);
      if (worker === undefined) throw new Error(`no worker has ${id}`);
      return worker.pid;
    },
    workers,
    runIds: () => readdirSync(join(store, 'runs')).filter((name) => name.startsWith('run_')),
    lines,
    events,
    log: () => readFileSync(join(store, 'runner/runner.log'), 'utf8'),
    async close() {
      const known = workers().map(({ pid }) => pid);
      for (const pid of [...started, ...runnersOf(store), ...known]) killNow(pid);
      await until('the end of every runner', () => runnersOf(store).length === 0);
      await until('the end of every worker', () => !known.some(isAlive));
      await shop.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function killNow(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Kills a process, and resolves when it is gone. */
export async function killSurely(pid: number): Promise<void> {
  if (!isAlive(pid)) throw new Error(`process ${pid} is gone already: nothing was killed`);
  process.kill(pid, 'SIGKILL');
  await until(`the end of process ${pid}`, () => !isAlive(pid));
}
