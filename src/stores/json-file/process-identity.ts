import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process, so that no other one is ever taken for it. What a system does not tell is absent. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system spells it: ticks since boot on Linux, a date elsewhere. Only ever compared. */
  readonly startedAt?: string;
  readonly bootId?: string;
  readonly host: string;
  /** Process ids of two namespaces do not compare (`pid_namespaces(7)`). */
  readonly pidNamespace?: string;
}

export async function identifyProcess(pid = process.pid): Promise<ProcessIdentity> {
  const startedAt = await startOf(pid);
  const bootId = await trimmed(readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  const pidNamespace = await trimmed(readlink('/proc/self/ns/pid'));
  return {
    pid,
    host: hostname(),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  };
}

/** Whether that very process has ended. False also where nobody can tell: only the dead lose what they own. */
export async function isDead(other: ProcessIdentity): Promise<boolean> {
  const here = await identifyProcess();
  if (other.host !== here.host || other.pidNamespace !== here.pidNamespace) return false;
  if (other.bootId !== here.bootId) return other.bootId !== undefined && here.bootId !== undefined;
  if (!exists(other.pid)) return true;
  const startedAt = await startOf(other.pid);
  // It may have ended between the two looks.
  if (startedAt === undefined || other.startedAt === undefined) return !exists(other.pid);
  return startedAt === ended || startedAt !== other.startedAt;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of somebody else.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** In place of a start time: the process has ended, and its parent has not looked yet. */
const ended = 'ended';

/** A date as ps writes it must not change with the time zone or language of whoever asks. */
const plainEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' };

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') {
    const listed = run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: plainEnvironment });
    return trimmed(listed.then(({ stdout }) => stdout));
  }
  const stat = await trimmed(readFile(`/proc/${pid}/stat`, 'utf8'));
  // The name in parentheses may hold anything, also `)`: fields count from the last one (proc_pid_stat(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? ended : fields?.[19];
}

async function trimmed(text: Promise<string>): Promise<string | undefined> {
  return text.then(
    (read) => (read.trim() === '' ? undefined : read.trim()),
    () => undefined,
  );
}
