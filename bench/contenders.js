// Who runs what: each contender is one command, a whole process.
import { fileURLToPath } from 'node:url';

const bare = fileURLToPath(new URL('bare.js', import.meta.url));
const bin = fileURLToPath(new URL('../bin/reqflo.js', import.meta.url));

// A process that lives for a tenth of a second is at the mercy of its neighbours: it is measured more often.
const short = 5;

// On Node 20 undici's parser is optimised in the background, and the exit waits for it; reqflo avoids that.
const lean = '--liftoff-only';

/** The work in groups; `artifact` is the path of the long journey, compiled; the ratios of a group are to its `base`. `requests`: how many the target must see; `turns`: how often it is done in a round. */
export function createGroups(url, steps, artifact) {
  const undici = (name, flags, ...work) => ({ name, command: [process.execPath, ...flags, bare, ...work] });
  const reqflo = (name, ...args) => ({ name, command: [process.execPath, bin, 'run', ...args] });
  const long = ['long', url, String(steps)];
  return [
    {
      name: 'start',
      title: 'Start-up: a journey of one step',
      requests: 1,
      turns: short,
      base: 'bare undici',
      contenders: [
        { name: 'node -e 0', command: [process.execPath, '-e', '0'], requests: 0 },
        undici('bare undici', [], 'one', url),
        undici(`bare undici, ${lean}`, [lean], 'one', url),
        reqflo('reqflo', 'one'),
      ],
    },
    {
      name: 'shop',
      title: 'A workflow: 6 steps with 3 assertions each, values passed on',
      requests: 6,
      turns: short,
      base: 'bare undici',
      contenders: [
        undici('bare undici', [], 'shop', url),
        undici(`bare undici, ${lean}`, [lean], 'shop', url),
        reqflo('reqflo', 'shop'),
      ],
    },
    {
      name: 'long',
      title: `In sequence: ${steps} steps with 2 assertions each`,
      requests: steps,
      turns: 1,
      base: 'bare undici',
      contenders: [
        undici('bare undici', [], ...long),
        undici(`bare undici, ${lean}`, [lean], ...long),
        reqflo('reqflo', 'long'),
        reqflo('reqflo, compiled before', artifact),
        { ...reqflo('reqflo --cloud', artifact, '--cloud'), onRunner: true },
      ],
    },
  ];
}

/** Rows of a data file that run at the same time. */
const atOnce = '10';

/** A run for each row, beside as many requests; Node's own arguments come first, so that `usage` can be had. */
export function createRowContenders(url, rows, usage) {
  return [
    {
      name: `bare undici, ${atOnce} at once`,
      command: [process.execPath, ...usage, bare, 'rows', url, String(rows), atOnce],
    },
    {
      name: 'reqflo --data',
      command: [process.execPath, ...usage, bin, 'run', 'row', '--data', 'rows.csv', '-j', atOnce],
    },
  ];
}

export function compileCommand(journey) {
  return [process.execPath, bin, 'compile', journey, '--json'];
}

export const stopCommand = [process.execPath, bin, 'runner', 'stop'];
