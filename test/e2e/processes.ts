import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** proc_pid_stat(5), from the third field on: the name before may hold anything. */
function statOf(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Whether a process is there, and is no zombie. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Pids of the runners of one store, by their command lines. */
export function runnersOf(store: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const args = (read(`/proc/${pid}/cmdline`) ?? '').split('\0');
    return args.includes('runner') && args.includes('start') && args.includes(store) && isAlive(pid);
  });
}

/** What the standard streams of a process are, and its terminal (0: none). */
export function streamsOf(pid: number): { readonly targets: readonly string[]; readonly terminal: string } {
  const targets = [0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  return { targets, terminal: statOf(pid)?.[4] ?? '' };
}
