import { main } from '../../src/cli/main.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** Runs a command in this process, on a screen of 100 columns without colour. */
export async function captureReqflo(
  args: readonly string[],
  { cwd = '.', env = {} }: Surroundings = {},
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
  const io = { stdout: streamTo('stdout'), stderr: streamTo('stderr'), env, cwd };
  const exitCode = await main(args, io);
  return { exitCode, ...written };
}
