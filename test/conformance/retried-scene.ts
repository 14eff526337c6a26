import { planRetry, type RetryPlan } from '../../src/stores/kept.ts';
import type { Played } from './play.ts';
import type { Scene } from './scene.ts';
import { type Answers, createProcess, Target } from './target.ts';

export function planScene(
  { artifact, run }: Scene,
  played: Played,
  from: 'failed' | 'start',
): Promise<RetryPlan> {
  const effects = new Target({}).effectsFor(createProcess(), Date.now);
  return planRetry({ artifact, request: run.request, history: played.events, effects }, from);
}

/** The retry of a run that was played, in which the target answers as `answers` says. */
export async function retriedScene(
  scene: Scene,
  played: Played,
  from: 'failed' | 'start',
  answers: Answers,
): Promise<Scene> {
  const { kept, generations, undone } = await planScene(scene, played, from);
  const { request } = scene.run;
  const { cancelAfter: _, expected: __, ...same } = scene;
  const id = request.id.replace(/.$/, (last) => (last === 'Z' ? '0' : 'Z'));
  const again = { ...request, id, retryOf: request.id, generations, undone };
  return { ...same, name: `${scene.name}, retried`, answers, run: { ...scene.run, request: again, kept } };
}
