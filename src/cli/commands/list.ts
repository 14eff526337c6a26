import { nearest } from '../../diagnostics/did-you-mean.ts';
import { loadProject } from '../../project/project.ts';
import type { RunState } from '../../run/record.ts';
import type { StoredRun } from '../../stores/store.ts';
import type { Io } from '../io.ts';
import { connectToKept } from '../runner-connection.ts';
import { Stop } from '../stop.ts';
import { type StatusOptions, showRuns } from './status.ts';

export interface ListOptions extends StatusOptions {
  readonly status?: string;
  readonly journey?: string;
  readonly since?: number;
  readonly limit: number;
}

const states: readonly RunState[] = [
  'queued',
  'running',
  'waiting',
  'interrupted',
  'passed',
  'failed',
  'canceled',
];

/** Kept runs, newest first. */
export async function listCommand(options: ListOptions, io: Io): Promise<number> {
  const wanted = stateOption(options.status);
  const after = options.since === undefined ? 0 : Date.now() - options.since;
  const kept = await connectToKept(loadProject(io.cwd), options, io);
  const fits = ({ record: { state, request } }: StoredRun): boolean =>
    (wanted === undefined || state === wanted) &&
    (options.journey === undefined || request.journey === options.journey) &&
    request.createdAt >= after;
  showRuns(((await kept?.list()) ?? []).filter(fits).slice(0, options.limit), options, io);
  return 0;
}

function stateOption(text: string | undefined): RunState | undefined {
  if (text === undefined) return undefined;
  const state = states.find((one) => one === text);
  if (state !== undefined) return state;
  const [near] = nearest(text, states);
  throw new Stop(
    2,
    `there is no state "${text}"`,
    near === undefined ? `known: ${states.join(', ')}` : `did you mean "${near}"?`,
  );
}
