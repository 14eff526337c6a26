import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { protocolVersion } from '../server/control.ts';
import { reasonOf } from '../server/unanswered.ts';
import { type Registration, readRegistration } from './registration.ts';
import { runnerFolder } from './serve-folder.ts';
import type { WorkerCommand } from './worker-process.ts';

/** How long a runner may take to be there, in milliseconds. */
const startTimeoutMs = 20_000;
/** Milliseconds after which a runner is started again, where the one that had the folder ended meanwhile. */
const startAgainMs = 500;

export interface EmbeddedOptions {
  /** The store's folder of the project. */
  readonly dir: string;
  /** The program that starts a runner: its arguments follow. */
  readonly command: WorkerCommand;
  readonly arguments: readonly string[];
}

export class RunnerUnavailableError extends Error {
  override readonly name = 'RunnerUnavailableError';
}

/** The project's runner, if one answers. */
export async function findEmbeddedRunner(dir: string): Promise<Registration | undefined> {
  const { found } = await lookFor(dir);
  return found;
}

interface Sight {
  readonly found?: Registration;
  /** Why the one that is registered is not it. */
  readonly problem?: string;
}

async function lookFor(dir: string): Promise<Sight> {
  const registration = await readRegistration(runnerFolder(dir));
  if (registration === undefined) return {};
  const problem = await problemOf(registration);
  if (problem !== undefined) return { problem };
  if (registration.protocol !== protocolVersion) {
    throw new RunnerUnavailableError(
      `the project's runner (pid ${registration.pid}) is of version ${registration.version} and speaks another protocol; ` +
        'end it with the reqflo that started it (reqflo runner stop), or wait until it ends by itself',
    );
  }
  return { found: registration };
}

/** The project's runner: found, else started. Two that start at once end with one. */
export async function ensureEmbeddedRunner(options: EmbeddedOptions): Promise<Registration> {
  const found = await findEmbeddedRunner(options.dir);
  if (found !== undefined) return found;
  const deadline = Date.now() + startTimeoutMs;
  let starting = await startDetached(options);
  while (Date.now() < deadline && !starting.failed()) {
    const there = await findEmbeddedRunner(options.dir);
    if (there !== undefined) return there;
    // One that lost the race has ended: the other one is about to answer, or about to end.
    if (starting.ended() && Date.now() > starting.at + startAgainMs) starting = await startDetached(options);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  const { found: there, problem } = await lookFor(options.dir);
  if (there !== undefined) return there;
  const what = problem ?? 'the runner did not start';
  throw new RunnerUnavailableError(`${what}; its log: ${logOf(options.dir)}`);
}

function logOf(dir: string): string {
  return join(runnerFolder(dir), 'runner.log');
}

interface Starting {
  /** When it was started. */
  readonly at: number;
  ended(): boolean;
  /** It ended by itself, and not because another one owns the folder. */
  failed(): boolean;
}

/** A process of its own group, with no terminal and no pipe of ours: it outlives us, and never holds our caller. */
async function startDetached(options: EmbeddedOptions): Promise<Starting> {
  await mkdir(runnerFolder(options.dir), { recursive: true, mode: 0o700 });
  const log = await open(logOf(options.dir), 'a', 0o600);
  let exitCode: number | 'killed' | undefined;
  // Not execa: a log that outlives us must be the child's own descriptor, not a stream through this process.
  const subprocess = spawn(options.command.file, [...options.command.arguments, ...options.arguments], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  subprocess.on('error', () => {
    exitCode = 1;
  });
  subprocess.on('exit', (code) => {
    exitCode = code ?? 'killed';
  });
  subprocess.unref();
  await log.close();
  return {
    at: Date.now(),
    ended: () => exitCode !== undefined,
    // 75: another one owns the folder (EX_TEMPFAIL of sysexits.h).
    failed: () => typeof exitCode === 'number' && exitCode !== 75,
  };
}

/** Why it does not answer; undefined where it does. */
async function problemOf({ url, token, pid }: Registration): Promise<string | undefined> {
  const who = `the runner (pid ${pid}) at ${url}`;
  try {
    const response = await fetch(`${url}/v1/health`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok ? undefined : `${who} answered ${response.status}`;
  } catch (error) {
    return `${who} does not answer (${reasonOf(error)})`;
  }
}
