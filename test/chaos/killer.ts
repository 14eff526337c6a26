import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../e2e/processes.ts';
import { killSurely, type Sandbox, until } from '../e2e/sandbox.ts';
import type { RunnerKeeper } from './fleet.ts';
import type { Random } from './random.ts';

export interface Kills {
  workers: number;
  runners: number;
}

export interface Killing {
  readonly sandbox: Sandbox;
  readonly keeper: RunnerKeeper;
  readonly random: Random;
  readonly kills: Kills;
}

/** Kills that many workers and runners, in a random order at random moments. Each one was alive, and is dead. */
export async function killThem(killing: Killing, wanted: Kills): Promise<void> {
  const { random, kills } = killing;
  for (;;) {
    const workers = wanted.workers - kills.workers;
    const runners = wanted.runners - kills.runners;
    if (workers + runners === 0) return;
    await sleep(random.between(100, 900));
    if (random.next() * (workers + runners) < runners) await killRunner(killing);
    else await killWorker(killing);
  }
}

async function killWorker({ sandbox, random, kills }: Killing): Promise<void> {
  const alive = await until('a worker to kill', () => {
    const pids = sandbox.workers().flatMap(({ pid }) => (isAlive(pid) ? [pid] : []));
    return pids.length > 0 && pids;
  });
  try {
    await killSurely(random.pick(alive) ?? 0);
    kills.workers += 1;
  } catch {
    // It ended by itself in that very moment: not one of ours.
  }
}

/** The next command, whoever gives it, starts another one. */
async function killRunner({ keeper, random, kills }: Killing): Promise<void> {
  const { pid } = await keeper.up();
  await sleep(random.between(0, 400));
  await killSurely(pid);
  kills.runners += 1;
  await sleep(random.between(0, 400));
  await keeper.up();
}
