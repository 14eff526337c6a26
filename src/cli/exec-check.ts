import type { Artifact, ExecStep } from '../artifact/types.ts';
import type { Project } from '../project/project.ts';
import { everyStep } from '../run/plan-order.ts';
import type { Io } from './io.ts';
import type { Compiled } from './journeys.ts';
import { Stop } from './stop.ts';

export interface ExecOptions {
  readonly allowExec?: boolean;
  readonly cloud?: boolean;
  readonly runner?: string;
}

/** Local commands run where a person allows it, on that person's machine. @throws Stop, before anything is sent */
export async function checkExec(
  project: Project,
  selected: readonly Compiled[],
  options: ExecOptions,
  io: Io,
): Promise<void> {
  const found = selected.flatMap(({ artifact }) => firstCommand(artifact) ?? [])[0];
  if (found === undefined) return;
  if (options.allowExec !== true) {
    throw new Stop(
      2,
      `${found} is a local command, and those are off`,
      'look at it; --allow-exec lets it run',
    );
  }
  if (options.cloud !== true) return;
  const { isShared } = await import('./runner-connection.ts');
  if (!isShared(project, options, io)) return;
  const fix = 'run it in this process, or on the embedded runner of the project';
  throw new Stop(2, `${found} is a local command, and a shared runner runs none`, fix);
}

/** `step "seed" (journeys/orders.yaml:12:5)` */
function firstCommand(artifact: Artifact): string | undefined {
  const step = everyStep(artifact).find((one): one is ExecStep => one.kind === 'exec');
  if (step === undefined) return undefined;
  const [source, line, column] = step.at;
  return `step "${step.id}" (${artifact.sources[source]?.file}:${line}:${column})`;
}
