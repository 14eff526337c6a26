import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/event.ts';
import { openSandbox, type Sandbox, until } from '../e2e/sandbox.ts';
import { auditJournal, auditPromises, auditRequests, stepsOf } from './audit.ts';
import { keepRunner, prepareRun, type RunnerKeeper } from './fleet.ts';
import { type Kills, killThem } from './killer.ts';
import { createNotebook, watchRuns } from './person.ts';
import { createRandom } from './random.ts';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const runs = Number(process.env.CHAOS_RUNS ?? 200);
const wanted: Kills = {
  workers: Number(process.env.CHAOS_WORKERS ?? 100),
  runners: Number(process.env.CHAOS_RUNNERS ?? 20),
};
/** Every such run is dispatched by the command line, the others by HTTP. */
const everyByCommand = 10;
/** Every such run is followed all along. */
const everyFollowed = 8;

const folder = fileURLToPath(new URL('journeys', import.meta.url));
const names = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
const unkeyedRoutes = ['POST /login', 'POST /carts', 'POST /carts/:id/items'];
const otherRoutes = ['POST /carts/:id/checkout', 'GET /catalogue', 'GET /orders/:id', 'DELETE /carts/:id'];

let sandbox: Sandbox;
let keeper: RunnerKeeper;
/** What each journey does when nobody disturbs it. */
const undisturbed = new Map<string, { steps: ReadonlySet<string>; state: string }>();

beforeAll(async () => {
  sandbox = await openSandbox({ journeys: folder, confirmAfterMs: 700 });
  for (const name of names) {
    const { stdout } = await sandbox.run('run', name, '--cloud', '--detach');
    const id = stdout.trim();
    await sandbox.run('wait', id);
    const events = sandbox.events(id);
    undisturbed.set(name, { steps: stepsOf(events), state: stateOf(events) });
  }
  keeper = await keepRunner(sandbox);
  // Answers come late: most kills find a request that was carried out, and whose sender does not know it.
  for (const pattern of [...unkeyedRoutes, ...otherRoutes]) await sandbox.hold(pattern, 1_000_000, 200);
});
afterAll(() => sandbox.close());

function stateOf(events: readonly RunEvent[]): string {
  const last = events.at(-1);
  return last?.type === 'run.finished' ? last.state : 'open';
}

test(`${runs} runs, ${wanted.workers} workers and ${wanted.runners} runners killed (seed ${seed})`, async () => {
  const startedAt = performance.now();
  const kills: Kills = { workers: 0, runners: 0 };
  const notebook = createNotebook();
  const acknowledged = new Set<string>();
  const journeyOf = new Map<string, string>();
  const followed = new Map<string, Promise<readonly RunEvent[]>>();
  const choose = createRandom(seed);

  const dispatch = async (number: number): Promise<void> => {
    const name = choose.pick(names) ?? '';
    const id = number % everyByCommand === 0 ? await byCommand(name) : await byHttp(name);
    acknowledged.add(id);
    journeyOf.set(id, name);
    if (number % everyFollowed === 0) followed.set(id, follow(id));
  };
  const byCommand = async (name: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await sandbox.run('run', name, '--cloud', '--detach');
    if (exitCode !== 0) throw new Error(`run ended with ${exitCode}: ${stderr}`);
    return stdout.trim();
  };
  const byHttp = async (name: string): Promise<string> => {
    const run = await prepareRun(sandbox, name);
    await keeper.backend.start(run);
    return run.request.id;
  };
  // Across interruptions: a person goes on with each of them.
  const follow = async (id: string): Promise<readonly RunEvent[]> => {
    const events: RunEvent[] = [];
    for (let end = ''; end !== 'finished'; ) {
      events.length = 0;
      end = await keeper.backend.watch(id, (event) => events.push(event), new AbortController().signal);
    }
    return events;
  };
  const dispatchAll = async (): Promise<void> => {
    const dispatching: Promise<void>[] = [];
    for (let number = 0; number < runs; number++) {
      const due = ((number - 12) * (wanted.workers + wanted.runners)) / runs;
      await until('enough kills', () => kills.workers + kills.runners >= due);
      dispatching.push(dispatch(number));
    }
    await Promise.all(dispatching);
  };

  let killed = false;
  const killing = killThem({ sandbox, keeper, random: createRandom(seed + 1), kills }, wanted).then(() => {
    killed = true;
  });
  const dispatching = dispatchAll();
  const person = {
    sandbox,
    backend: keeper.backend,
    random: createRandom(seed + 2),
    notebook,
    acknowledged,
  };
  await Promise.all([killing, dispatching, watchRuns(person, () => killed && acknowledged.size === runs)]);
  const seconds = (performance.now() - startedAt) / 1_000;

  const problems: string[] = [];
  const tally = { passed: 0, failed: 0, canceled: 0, recovered: 0, passes: 0 };
  for (const id of acknowledged) {
    const events = sandbox.events(id);
    const own = undisturbed.get(journeyOf.get(id) ?? '');
    const state = stateOf(events);
    const steps = stepsOf(events);
    const found = [
      ...auditJournal(sandbox.lines(id)),
      ...auditRequests(sandbox, id, events),
      ...auditPromises(sandbox, notebook, id),
    ];
    if (state === 'passed' || state === 'failed' || state === 'canceled') tally[state] += 1;
    if (state !== 'canceled' && state !== own?.state) found.push(`it is ${state}, not ${own?.state}`);
    if (state !== 'canceled') {
      const missing = [...(own?.steps ?? [])].filter((step) => !steps.has(step));
      if (missing.length > 0) found.push(`it lacks ${missing.join(', ')}`);
    }
    const passes = events.filter(({ type }) => type === 'run.started').length;
    tally.passes += passes;
    if (passes > 1) tally.recovered += 1;
    const verification = await keeper.backend.verify(id);
    if (!(verification.ok && verification.sealed))
      found.push(`it does not verify: ${JSON.stringify(verification)}`);
    const stored = await keeper.backend.get(id);
    if (stored.record.state !== state)
      found.push(`the runner has it as ${stored.record.state}, not ${state}`);
    problems.push(...found.map((problem) => `${id} (${journeyOf.get(id)}): ${problem}`));
  }
  const listed = new Set((await keeper.backend.list()).map(({ record }) => record.request.id));
  problems.push(...[...acknowledged].filter((id) => !listed.has(id)).map((id) => `${id} is not listed`));
  for (const [id, told] of followed) {
    const types = (await told).map(({ type, at }) => `${type} ${at}`);
    const kept = sandbox.events(id).map(({ type, at }) => `${type} ${at}`);
    if (types.join() !== kept.join()) problems.push(`${id}: its follower was told something else`);
  }
  const busy = [...sandbox.log().matchAll(/^.* died with (\d+) runs$/gm)].filter(
    ([, count]) => count !== '0',
  );
  const retries = [...notebook.retried.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    [
      '',
      `  seed                      ${seed}`,
      `  runs                      ${acknowledged.size} (${tally.passed} passed, ${tally.failed} failed as they should, ${tally.canceled} canceled)`,
      `  workers killed            ${kills.workers} (${busy.length} with runs in them)`,
      `  runners killed            ${kills.runners}`,
      `  passes                    ${tally.passes}; ${tally.recovered} runs were taken over at least once`,
      `  interrupted               ${notebook.interrupted} times; sent again on a word ${retries}, canceled ${notebook.canceled.size}, refused ${notebook.refused}`,
      `  requests at the shop      ${sandbox.shop.requests.length}, ${sandbox.shop.requests.filter(({ replayed }) => replayed).length} answered from an idempotency key`,
      `  followers                 ${followed.size}`,
      `  problems                  ${problems.length}`,
      `  seconds                   ${seconds.toFixed(0)}`,
      '',
    ].join('\n'),
  );

  expect(problems).toEqual([]);
  expect(kills).toEqual(wanted);
  expect(acknowledged.size).toBe(runs);
  expect(busy.length).toBeGreaterThan(wanted.workers / 4);
});
