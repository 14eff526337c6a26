import { afterAll, describe, expect, test } from 'vitest';
import { createTally, type Sweep, sweepOnce, sweepTwice, type Tally } from '../conformance/crash-sweep.ts';
import { openJsonFileRun } from '../conformance/json-file-run.ts';
import { openMemoryRun } from '../conformance/memory-run.ts';
import { play } from '../conformance/play.ts';
import { retriedScene } from '../conformance/retried-scene.ts';
import { loadScene, loadScenes } from '../conformance/scene.ts';

const memory: Sweep = { open: openMemoryRun, hows: ['behind', 'before'], lanes: 4 };
const jsonFiles: Sweep = { open: openJsonFileRun, hows: ['behind', 'before', 'torn'], lanes: 8 };

/** A torn line is what a crash before an event leaves of it, and a file has to be read to know. */
const jsonFilesTwice: Sweep = { ...jsonFiles, hows: ['behind', 'torn'] };

const scenes = loadScenes();
const small = scenes.filter((scene) => scene.small);
const smallest = small.filter(({ name }) => name === 'secrets');
const total = createTally();
const startedAt = Date.now();

describe.each([
  { store: 'memory', once: memory, twice: memory, twiceCrashed: small },
  { store: 'JSON files', once: jsonFiles, twice: jsonFilesTwice, twiceCrashed: smallest },
])('a run on $store', ({ once, twice, twiceCrashed }) => {
  test.each(scenes)('that is crashed at each event of $name ends as if it had not been', (scene) =>
    prove((tally) => sweepOnce(scene, once, tally)),
  );

  test('that is a retry, and is crashed at each event, keeps what it was given', async () => {
    const scene = loadScene('parallel');
    const fails = { ...scene.answers, 'all/inner/second': { status: 500 } };
    const { expected: _, ...failing } = { ...scene, answers: fails };
    const played = await play(failing, once.open, []);
    const retried = await retriedScene(failing, played, 'failed', scene.answers);
    expect(retried.run.kept.map(({ key }) => key)).toEqual(expect.arrayContaining(['login', 'all/first']));
    await prove((tally) => sweepOnce(retried, once, tally));
  });

  test.each(twiceCrashed)('that is crashed twice in $name ends as if it had not been', (scene) =>
    prove((tally) => sweepTwice(scene, twice, tally)),
  );
});

/** Nothing is wrong, and every crash that was meant to happen did. */
async function prove(sweep: (tally: Tally) => Promise<number>): Promise<void> {
  const tally = createTally();
  const meant = await sweep(tally);
  expect(tally.problems).toEqual([]);
  expect(meant).toBeGreaterThan(0);
  expect(tally.crashes).toBe(meant);
  add(tally);
}

function add(tally: Tally): void {
  for (const count of ['runs', 'crashes', 'equal', 'resumed', 'unknown', 'earlier', 'words'] as const)
    total[count] += tally[count];
}

afterAll(() => {
  const { runs, crashes, equal, resumed, unknown, earlier, words } = total;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(
    `crash sweep: ${crashes} crashes in ${runs} runs of ${scenes.length} journeys, ${seconds} s: ${equal} equal, ` +
      `${resumed} equal after ${words} words, ${unknown} with an outcome left unknown, ${earlier} stopped earlier`,
  );
});
