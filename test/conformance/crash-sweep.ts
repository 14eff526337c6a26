import type { OpenRun } from './durable-run.ts';
import { type Crash, type Played, play } from './play.ts';
import { compareRuns } from './same-run.ts';
import type { Scene } from './scene.ts';

/** What a sweep did and found. */
export interface Tally {
  runs: number;
  /** That really happened. */
  crashes: number;
  /** Runs that were equal to the undisturbed one without a person's word. */
  equal: number;
  /** Runs that were interrupted and, after a person's word, equal. */
  resumed: number;
  /** Runs that left an outcome unknown, and named it. */
  unknown: number;
  /** Runs in which a stop fell a step earlier. */
  earlier: number;
  /** Of unsafe requests that were sent again on a person's word. */
  words: number;
  readonly problems: string[];
}

export function createTally(): Tally {
  return { runs: 0, crashes: 0, equal: 0, resumed: 0, unknown: 0, earlier: 0, words: 0, problems: [] };
}

export interface Sweep {
  readonly open: OpenRun;
  /** Of each crash. */
  readonly hows: readonly Crash['how'][];
  /** Runs at the same time. */
  readonly lanes: number;
}

/** Crashes a run at every event that its passes write. Gives the crashes that were meant to happen. */
export async function sweepOnce(scene: Scene, sweep: Sweep, tally: Tally): Promise<number> {
  const undisturbed = await playUndisturbed(scene, sweep.open);
  const crashes = sweep.hows.flatMap((how) => upTo(undisturbed.written).map((at): Crash[] => [{ how, at }]));
  await inLanes(sweep.lanes, crashes, (one) => disturb(scene, sweep, undisturbed, one, tally));
  return crashes.length;
}

/** As `sweepOnce`, and once more at every event that follows. */
export async function sweepTwice(scene: Scene, sweep: Sweep, tally: Tally): Promise<number> {
  const undisturbed = await playUndisturbed(scene, sweep.open);
  const firsts = sweep.hows.flatMap((how) => upTo(undisturbed.written).map((at): Crash => ({ how, at })));
  const pairs: Crash[][] = [];
  await inLanes(sweep.lanes, firsts, async (first) => {
    const { written } = await play(scene, sweep.open, [first]);
    for (const how of sweep.hows) for (const at of upTo(written)) pairs.push([first, { how, at }]);
  });
  await inLanes(sweep.lanes, pairs, (pair) => disturb(scene, sweep, undisturbed, pair, tally));
  return pairs.length * 2;
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

async function playUndisturbed(scene: Scene, open: OpenRun): Promise<Played> {
  const played = await play(scene, open, []);
  const problems = [...played.problems, ...checkExpected(scene, played)];
  if (problems.length > 0) throw new Error(`${scene.name}, undisturbed: ${problems.join('; ')}`);
  return played;
}

function checkExpected({ expected }: Scene, { record, words }: Played): readonly string[] {
  const run = [record.state, record.reason, record.decidedBy].filter((word) => word !== undefined).join(' ');
  const steps = record.steps.map(({ key, state, reason, attempts }) => {
    const tries = attempts.length > 1 ? [`after ${attempts.length}`] : [];
    return [key, [state, ...(reason === undefined ? [] : [reason]), ...tries].join(' ')] as const;
  });
  const wrong = [['the run', run] as const, ...steps].filter(([key, found]) => {
    const wanted = key === 'the run' ? expected?.run : expected?.steps[key];
    return wanted !== undefined && wanted !== found;
  });
  return [
    ...wrong.map(([key, found]) => `${key} is ${found}`),
    ...(words.size > 0 ? ['a person was asked'] : []),
  ];
}

async function disturb(
  scene: Scene,
  { open }: Sweep,
  undisturbed: Played,
  crashes: readonly Crash[],
  tally: Tally,
): Promise<void> {
  const where = `${scene.name}, ${crashes.map(({ how, at }) => `${how} ${at}`).join(' and ')}`;
  const played = await play(scene, open, crashes);
  const { differences, problems } = compareRuns(scene, undisturbed, played);
  const reasons = new Set(differences.values());
  tally.runs += 1;
  tally.crashes += played.crashes;
  tally.words += [...played.words.values()].reduce((sum, count) => sum + count, 0);
  if (reasons.size === 0) tally[played.words.size > 0 ? 'resumed' : 'equal'] += 1;
  else if (reasons.has('unknown')) tally.unknown += 1;
  else tally.earlier += 1;
  tally.problems.push(...problems.map((problem) => `${where}: ${problem}`));
}

/** In the order given, so many at a time. */
async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
