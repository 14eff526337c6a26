import { execa } from 'execa';
import { commandFolderVariable, type FromWorker, type ToWorker } from '../worker/protocol.ts';

export interface WorkerProcess {
  /** `worker 3`: a number that is never used again in the life of a runner. */
  readonly name: string;
  readonly pid: number;
  send(message: ToWorker): void;
  kill(): void;
}

export interface WorkerEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** The process is gone; called once, after its last message. */
  readonly onExit: () => void;
}

/** How a worker process is started: the program that runs, and what stands behind it. */
export interface WorkerCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  /** Of a project, where local commands run; absent: none are run. */
  readonly commandFolder?: string;
}

/** Starts a worker as a child with an IPC channel; its argv ends in `worker --ipc`, for who looks at processes. */
export function startWorkerProcess(
  command: WorkerCommand,
  name: string,
  events: WorkerEvents,
): WorkerProcess {
  const subprocess = execa(command.file, [...command.arguments, 'worker', '--ipc'], {
    ipc: true,
    env: { [commandFolderVariable]: command.commandFolder ?? '' },
    serialization: 'json',
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
    buffer: false,
    reject: false,
    cleanup: true,
  });
  subprocess.on('message', (message) => events.onMessage(message as FromWorker));
  let gone = false;
  const exit = (): void => {
    if (gone) return;
    gone = true;
    events.onExit();
  };
  // Not `exit`: what it had said may still be in the channel then.
  subprocess.on('close', exit);
  subprocess.on('error', exit);
  return {
    name,
    pid: subprocess.pid ?? -1,
    send(message) {
      if (subprocess.connected) subprocess.send(message, () => {});
    },
    kill: () => void subprocess.kill('SIGKILL'),
  };
}
