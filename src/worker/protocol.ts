import type { StopReason } from '../run/event.ts';
import type { Ending } from './drive.ts';

/** The variable that tells a worker where local commands run: a project's folder; empty: it runs none. */
export const commandFolderVariable = 'REQFLO_COMMAND_FOLDER';

/** What a runner tells its worker processes, over IPC. Events and claims travel as exact JSON text. */
export type ToWorker =
  /** Take this run up; `claim` is a rendered `Claim`. */
  | { readonly type: 'run'; readonly claim: string }
  /** The oldest batch of this pass that was not answered yet is durable. */
  | { readonly type: 'appended'; readonly id: string; readonly epoch: number }
  /** It is not, and nothing more of this pass will be. */
  | { readonly type: 'refused'; readonly id: string; readonly epoch: number; readonly message: string }
  | { readonly type: 'stop'; readonly id: string; readonly epoch: number; readonly reason: StopReason }
  /** The runner ends: what is under way is finished, and every run given back. */
  | { readonly type: 'leave' }
  | { readonly type: 'ping' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'append'; readonly id: string; readonly epoch: number; readonly events: string }
  | { readonly type: 'ended'; readonly id: string; readonly epoch: number; readonly ending: EndingMessage }
  | { readonly type: 'pong' };

/** An ending without what does not travel. */
export type EndingMessage =
  | Exclude<Ending, { kind: 'lost' } | { kind: 'finished' }>
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'finished' };
