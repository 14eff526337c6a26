// What the samples come to: medians with their spread, ratios round by round, and whether the targets hold.
import { renderRows, renderRowsTarget } from './rows.js';
import { ratioOf, spreadOf } from './statistics.js';

export function createResult(groups, about) {
  const summed = groups.map(summarise);
  const long = groups.find(({ name }) => name === 'long');
  return {
    ...about.machine,
    rounds: about.rounds,
    steps: about.steps,
    groups: summed,
    checkpoint: checkpointOf(long, about.steps),
    targets: targetsOf(groups, about.steps),
    ...(about.rows === undefined ? {} : { rows: about.rows }),
  };
}

const wallOf = ({ samples }) => samples.map(({ wallMs }) => wallMs);
const cpuOf = ({ samples }) => samples.map(({ cpuMs, runnerMs = 0 }) => cpuMs && cpuMs + runnerMs);

function find(groups, group, name) {
  const found = groups.find((one) => one.name === group);
  return found.contenders.find((contender) => contender.name === name);
}

function timesOver(contender, base) {
  return { wall: ratioOf(wallOf(contender), wallOf(base)), cpu: ratioOf(cpuOf(contender), cpuOf(base)) };
}

function summarise({ name, title, base, contenders }) {
  const against = contenders.find((contender) => contender.name === base);
  return {
    name,
    title,
    base,
    contenders: contenders.map((contender) => ({
      name: contender.name,
      wallMs: spreadOf(wallOf(contender)),
      /** Of an own process and, with --cloud, of the runner and its workers. */
      cpuMs: spreadOf(cpuOf(contender)),
      times: timesOver(contender, against),
    })),
  };
}

/** What a step costs more on a warm runner than in-process, from the same artifact, round by round. */
function checkpointOf({ contenders }, steps) {
  const cloud = contenders.find(({ onRunner }) => onRunner);
  const local = contenders.find(({ name }) => name === 'reqflo, compiled before');
  const more = (of) =>
    spreadOf(of(cloud).map((ms, round) => (ms === undefined ? undefined : (ms - of(local)[round]) / steps)));
  const runnerMs = spreadOf(cloud.samples.map((sample) => sample.runnerMs));
  return {
    wallMsPerStep: more(wallOf),
    cpuMsPerStep: runnerMs && more(cpuOf),
    journalLinesPerStep: spreadOf(cloud.samples.map(({ lines }) => lines / steps)),
  };
}

function targetsOf(groups, steps) {
  const start = timesOver(find(groups, 'start', 'reqflo'), find(groups, 'start', 'node -e 0'));
  const long = (base) =>
    timesOver(find(groups, 'long', 'reqflo, compiled before'), find(groups, 'long', base));
  const loop = long('bare undici');
  const { journalLinesPerStep } = checkpointOf(
    groups.find(({ name }) => name === 'long'),
    steps,
  );
  return [
    judge('start-up, wall: at most 4 × node -e 0', 4, start.wall),
    judge('start-up, CPU: at most 4 × node -e 0', 4, start.cpu),
    judge('sequence, wall: at most 1.6 × bare undici', 1.6, loop.wall),
    judge('sequence, CPU: at most 1.6 × bare undici', 1.6, loop.cpu),
    // A few lines more are about the run itself.
    judge('checkpoint: one fdatasync a step', 1 + 5 / steps, journalLinesPerStep),
  ];
}

function judge(name, limit, measured) {
  return { name, limit, measured, holds: measured === undefined ? undefined : measured.median <= limit };
}

export function renderResult(result) {
  const { node, platform, cores, rounds } = result;
  return [
    `Node ${node}, ${platform}, ${cores} cores; ${rounds} rounds in turn; medians (least–most)`,
    ...result.groups.flatMap(renderGroup),
    ...renderCheckpoint(result.checkpoint),
    ...(result.rows === undefined ? [] : renderRows(result.rows)),
    '\nTargets, by the medians',
    ...result.targets.map(renderTarget),
    ...(result.rows === undefined ? [] : [renderRowsTarget(result.rows.target)]),
    '',
  ].join('\n');
}

function renderGroup({ title, base, contenders }) {
  const rows = contenders.map(({ name, wallMs, cpuMs, times }) =>
    row(name, show(wallMs, 0), show(cpuMs, 0), show(times.wall, 2), show(times.cpu, 2)),
  );
  return [`\n${title}`, row('', 'wall ms', 'CPU ms', `wall × ${base}`, `CPU × ${base}`), ...rows];
}

function renderCheckpoint({ wallMsPerStep, cpuMsPerStep, journalLinesPerStep }) {
  return [
    '\nA checkpoint: --cloud on a warm embedded runner, over the same artifact in-process',
    `  wall a step      ${show(wallMsPerStep, 3)} ms`,
    `  CPU a step       ${show(cpuMsPerStep, 3)} ms, runner and worker included`,
    `  journal a step   ${show(journalLinesPerStep, 3)} lines; a line is at most one write and one fdatasync`,
  ];
}

function renderTarget({ name, measured, holds }) {
  if (holds === undefined) return `  not measured      ${name}`;
  return `  ${holds ? 'holds         ' : 'does not hold '}    ${name.padEnd(44)}${show(measured, 2)}`;
}

function row(name, ...cells) {
  return `  ${name.padEnd(28)}${cells.map((cell) => cell.padStart(20)).join('')}`;
}

function show(spread, digits) {
  if (spread === undefined) return '–';
  const { median, min, max } = spread;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
