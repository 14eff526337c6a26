import { createEffects } from '../http/effects.ts';
import { createExec } from './exec.ts';
import { commandFolderVariable, type FromWorker, type ToWorker } from './protocol.ts';
import { createWorker } from './worker.ts';

const parkAfterMs = 30_000;

/**
 * A worker process: the runner's child, spoken to over IPC. It ends with the connection, so that no worker
 * outlives its runner.
 */
export function runWorker(version: string): void {
  const leave = (): never => process.exit(0);
  if (process.send === undefined) {
    process.stderr.write('A reqflo worker is started by a runner, with an IPC channel.\n');
    process.exitCode = 2;
    return;
  }
  const send = (message: FromWorker): void => {
    process.send?.(message, undefined, undefined, (error) => {
      if (error !== null) leave();
    });
  };
  const wire = createEffects({ version });
  const folder = process.env[commandFolderVariable] ?? '';
  const effects = folder === '' ? wire : { ...wire, exec: createExec({ folder, environment: process.env }) };
  const worker = createWorker({ effects, send, now: Date.now, parkAfterMs });
  process.on('message', (message: ToWorker) => worker.receive(message));
  process.on('disconnect', leave);
  // The runner decides when its workers end: a Ctrl-C in its terminal reaches the whole group.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  send({ type: 'ready' });
}
