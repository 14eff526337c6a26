import { isatty } from 'node:tty';
import type { Stream } from '../reporters/reporter.ts';
import { type Gathered, gather } from './gathered.ts';
import { createPerson, type Person } from './person.ts';

/** What a command has of the world around it. */
export interface Io {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** Who sits at the terminal; absent: nobody does. */
  readonly person?: Person;
}

export function createIo(): Io {
  const { env } = process;
  const plain = createStream(process.stderr, env, () => {});
  const stdout = createStream(process.stdout, env, (error) => tellUnwritten(plain, error));
  const { write, flush } =
    process.stdout.isTTY === true ? { ...stdout, flush: () => {} } : gatherUntilExit(stdout);
  // Where both go to one place, what was said first stands first.
  const stderr: Stream = {
    ...plain,
    write(text) {
      flush();
      plain.write(text);
    },
  };
  // To ask process.stdin itself takes longer than all else here.
  const isAttended = isatty(0) && stderr.interactive;
  return {
    stdout: { ...stdout, write },
    stderr,
    env,
    cwd: process.cwd(),
    ...(isAttended ? { person: createPerson(process.stdin, stderr) } : {}),
  };
}

function gatherUntilExit(stream: Stream): Gathered {
  const gathered = gather(stream.write, (ms, flush) => void setTimeout(flush, ms).unref());
  // The first of them comes while what is written can still be waited for, the second at every process.exit().
  process.on('beforeExit', gathered.flush);
  process.on('exit', gathered.flush);
  return gathered;
}

/** Exit codes that 3 is worse than (`reqflo help exit-codes`). */
const milder: readonly unknown[] = [undefined, 0, 1, 7];

/** What was to be read is not whole: the command does not end as if it were. */
function tellUnwritten(stderr: Stream, error: Error): void {
  stderr.write(`error: the output cannot be written: ${error.message}\n`);
  const fail = (): void => {
    if (milder.includes(process.exitCode)) process.exitCode = 3;
  };
  fail();
  // The command itself may set its own once it is over.
  process.on('exit', fail);
}

type Output = NodeJS.WriteStream;

function createStream(output: Output, env: Io['env'], onUnwritten: (error: Error) => void): Stream {
  // Whoever reads may have seen enough, as in `reqflo run … | head -1`: what is under way has to end well all the same.
  let isRead = true;
  output.on('error', (error: Error & { code?: string }) => {
    if (isRead && error.code !== 'EPIPE') onUnwritten(error);
    isRead = false;
  });
  const inCi = (env.CI ?? '') !== '' && env.CI !== 'false';
  return {
    columns: output.columns || 80,
    colour: hasColour(output.isTTY === true, env),
    interactive: output.isTTY === true && !inCi && env.TERM !== 'dumb',
    unicode: hasUnicode(env),
    write(text) {
      if (isRead) output.write(text);
    },
  };
}

/** REQFLO_NO_COLOR, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then what the stream is. */
function hasColour(isTerminal: boolean, env: Io['env']): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('REQFLO_NO_COLOR') || isSet('NO_COLOR')) return false;
  for (const name of ['FORCE_COLOR', 'CLICOLOR_FORCE']) if (isSet(name)) return env[name] !== '0';
  return isTerminal && env.TERM !== 'dumb';
}

function hasUnicode(env: Io['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  if (locale !== '') return /utf-?8/i.test(locale);
  return process.platform !== 'win32' || (env.WT_SESSION ?? '') !== '';
}
