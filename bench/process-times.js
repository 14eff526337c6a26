// How long a whole process takes, from its start to its exit, and what it costs in CPU.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

// Node tells the CPU time of living processes only; the shell's `time` gets that of a finished one from the kernel.
const timed = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&1 3>&-; } 2>&3';
const hasBash = spawnSync('bash', ['-c', 'time true'], { stdio: 'ignore' }).status === 0;

/**
 * Runs a command to its end, its output into the file `output`. `cpuMs` (user and system, the processes that
 * it waited for included) is undefined where there is no bash; such a machine's wall time has the spawn in it.
 */
export function runTimed(command, { cwd, output }) {
  const [program, ...rest] = hasBash ? ['bash', '-c', timed, 'bash', ...command] : command;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const file = openSync(output, 'w');
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(program, rest, { cwd, env, stdio: ['ignore', file, file, 'pipe'] });
    closeSync(file);
    let said = '';
    child.stdio[3].on('data', (text) => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const wallMs = performance.now() - startedAt;
      resolve(hasBash ? { exitCode, ...readTimes(said) } : { exitCode, wallMs });
    });
  });
}

function readTimes(text) {
  // Some locales write a decimal comma.
  const [real, user, system] = text.replaceAll(',', '.').trim().split(' ').map(Number);
  return { wallMs: real * 1000, cpuMs: (user + system) * 1000 };
}

const ticksPerSecond = 100;

/** CPU milliseconds of living processes so far, in steps of 10; undefined where there is no /proc. */
export function cpuOf(pids) {
  try {
    const ticks = pids.map((pid) => {
      // proc(5): the fields behind the name, which may itself hold blanks and brackets.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
      return Number(fields[11]) + Number(fields[12]);
    });
    return (ticks.reduce((sum, one) => sum + one, 0) * 1000) / ticksPerSecond;
  } catch {
    return undefined;
  }
}
