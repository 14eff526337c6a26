import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { CommandOutput, Execution, LocalCommand } from '../run/execution.ts';
import type { CancelSignal, Effects } from '../run/ports.ts';

/** What is kept of each output, in bytes. */
const outputCapBytes = 1024 * 1024;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Where commands run. */
export interface CommandPlace {
  /** The project's. */
  readonly folder: string;
  /** What PATH, HOME and LANG are taken from. */
  readonly environment: { readonly [name: string]: string | undefined };
}

/**
 * Runs commands in a project's folder, each in a process group of its own, which is killed with SIGKILL at the
 * timeout, when the run is told to hurry, and when this process exits. A command that has ended leaves what it
 * put into the background alone.
 */
export function createExec(place: CommandPlace): NonNullable<Effects['exec']> {
  const running = new Set<Child>();
  const killAll = (): void => {
    for (const child of running) killGroup(child);
  };
  return async (command, signal) => {
    const startedAt = performance.now();
    // Heard only while a command runs: most processes never start one.
    process.off('exit', killAll).on('exit', killAll);
    const ended = await runCommand(place, command, signal, running);
    if (running.size === 0) process.off('exit', killAll);
    return { ...ended, at: Date.now(), durationMs: Math.round(performance.now() - startedAt) };
  };
}

type Ended = Pick<Execution, 'stdout' | 'stderr' | 'result'>;

async function runCommand(
  place: CommandPlace,
  command: LocalCommand,
  signal: CancelSignal,
  running: Set<Child>,
): Promise<Ended> {
  let child: Child;
  try {
    child = start(place, command);
  } catch (error) {
    // A NUL in an argument is an exception, what else can go wrong an event.
    return notStarted(command, error);
  }
  running.add(child);
  const end = await watch(child, command, signal);
  running.delete(child);
  return end;
}

function start({ folder, environment }: CommandPlace, command: LocalCommand): Child {
  return spawn(command.file, command.args, {
    cwd: resolve(folder, command.cwd ?? '.'),
    env: environmentFor(command, environment),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

const inherited = ['PATH', 'HOME', 'LANG'];

/** Secrets lie in environments: a command gets what its step gives it, and no more of ours than it needs. */
function environmentFor({ env }: LocalCommand, environment: CommandPlace['environment']): NodeJS.ProcessEnv {
  const own = inherited.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...own, ...env]);
}

type Stopped = 'timeout' | 'hurry';

/** Until the command has ended and its outputs are closed, or it is stopped. */
function watch(child: Child, command: LocalCommand, signal: CancelSignal): Promise<Ended> {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  let stopped: Stopped | undefined;
  const stop = (why: Stopped): void => {
    stopped ??= why;
    killGroup(child);
    // What left the group may hold them open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const hurry = (): void => stop('hurry');
  const timer = setTimeout(() => stop('timeout'), command.timeoutMs);
  signal.addEventListener('abort', hurry);
  if (signal.aborted) hurry();
  // A command that does not read its input closes it.
  child.stdin.on('error', () => {});
  child.stdin.end(command.stdin ?? '');
  return new Promise((settle) => {
    const done = (ended: Ended): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', hurry);
      settle(ended);
    };
    child.once('error', (error) => done(notStarted(command, error)));
    child.once('close', (code, name) => {
      const result = resultOf(command, stopped, stdout, code ?? 128 + numberOf(name));
      done({ stdout: stdout.output(), stderr: stderr.output(), result });
    });
  });
}

function killGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

interface Collected {
  output(): CommandOutput;
  isCut(): boolean;
}

/** Reads to the end, so that nobody waits for us, and keeps the first part. */
function collect(stream: Readable): Collected {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stream.on('data', (chunk: Uint8Array) => {
    if (size < outputCapBytes) chunks.push(chunk);
    size += chunk.length;
  });
  return {
    output() {
      const bytes = new Uint8Array(Buffer.concat(chunks).subarray(0, outputCapBytes));
      return { bytes, text: new TextDecoder().decode(bytes) };
    },
    isCut: () => size > outputCapBytes,
  };
}

/** An output that was cut off is not judged: what is missing might have said otherwise. */
function resultOf(
  { timeoutMs }: LocalCommand,
  stopped: Stopped | undefined,
  stdout: Collected,
  exitCode: number,
): Execution['result'] {
  if (stopped === 'timeout') {
    const message = `the command was killed: it did not end within ${timeoutMs} ms`;
    return { kind: 'failed', reason: 'timeout', message };
  }
  if (stopped === 'hurry') {
    return { kind: 'failed', reason: 'cutOff', message: 'the command was killed: the run was told to end' };
  }
  if (!stdout.isCut()) return { kind: 'exited', exitCode };
  const message = `the command wrote more than ${outputCapBytes} bytes to stdout; send what is not judged to /dev/null`;
  return { kind: 'failed', reason: 'tooLarge', message };
}

function numberOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}

function notStarted({ file }: LocalCommand, error: unknown): Ended {
  const nothing: CommandOutput = { bytes: new Uint8Array(), text: '' };
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = code === 'ENOENT' ? 'there is no such file, or no such folder to run it in' : messageOf(error);
  return {
    stdout: nothing,
    stderr: nothing,
    result: { kind: 'notStarted', message: `${file} could not be started: ${why}` },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
