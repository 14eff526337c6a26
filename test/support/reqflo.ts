import { main } from '../../src/cli/main.ts';
import type { Person } from '../../src/cli/person.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** Who sits at the terminal. */
  readonly person?: Person;
}

/** Runs a command in this process, on a screen of 100 columns without colour. */
export async function captureReqflo(
  args: readonly string[],
  { cwd = '.', env = {}, person }: Surroundings = {},
): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const streamTo = (name: 'stdout' | 'stderr') => ({
    columns: 100,
    colour: false,
    interactive: false,
    unicode: true,
    write(text: string): void {
      written[name] += text;
    },
  });
  const attended = person === undefined ? {} : { person };
  const io = { stdout: streamTo('stdout'), stderr: streamTo('stderr'), env, cwd, ...attended };
  const exitCode = await main(args, io);
  return { exitCode, ...written };
}
