import type { Stream } from './reporter.ts';

/** What is under way now, on stderr; nothing of it is left behind on a terminal. */
export interface Progress {
  /** `say` is asked when its text is to be seen, which in a log is seldom; undefined: nothing is under way. */
  show(say: Say): void;
  stop(): void;
}

type Say = () => string | undefined;

/** The part of ora that is used. */
export interface Spinner {
  text: string;
  start(): void;
  stop(): void;
}

/** Whoever reads a log must see that it is still alive. */
const heartbeatMs = 30_000;

export function createProgress(stream: Stream, loadSpinner: LoadSpinner = loadOra): Progress {
  return stream.interactive ? createLiveLine(stream, loadSpinner) : createHeartbeat(stream);
}

type LoadSpinner = (stream: Stream) => Promise<Spinner | undefined>;

/** ora lifts its line out of the way of everything that is written to stdout and stderr meanwhile. */
async function loadOra(stream: Stream): Promise<Spinner | undefined> {
  // A terminal that was never given a size has 0 columns; ora would clear lines for ever.
  if (process.stderr.columns === 0) return undefined;
  const { default: ora } = await import('ora');
  return ora({
    // Ctrl-C must stay a signal: ora would put the terminal into raw mode.
    discardStdin: false,
    isEnabled: true,
    // Not `indent`: with it ora leaves the cursor indented for whoever writes next.
    prefixText: ' ',
    color: stream.colour ? 'cyan' : false,
    ...(stream.unicode ? {} : { spinner: { frames: ['-', '\\', '|', '/'], interval: 130 } }),
  });
}

function createLiveLine(stream: Stream, loadSpinner: LoadSpinner): Progress {
  let wanted: string | undefined;
  let spinner: Spinner | undefined;
  let isLoading = false;
  let isSpinning = false;
  const refresh = (): void => {
    if (spinner === undefined) return;
    if (wanted !== undefined) {
      spinner.text = wanted;
      if (!isSpinning) spinner.start();
    } else if (isSpinning) {
      spinner.stop();
    }
    isSpinning = wanted !== undefined;
  };
  const load = async (): Promise<void> => {
    isLoading = true;
    try {
      spinner = await loadSpinner(stream);
      refresh();
    } catch {
      // The report is whole without a live line.
    }
  };
  return {
    show(say) {
      wanted = say();
      if (wanted !== undefined && !isLoading) void load();
      refresh();
    },
    stop() {
      wanted = undefined;
      refresh();
    },
  };
}

function createHeartbeat(stream: Stream): Progress {
  let current: Say = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    const text = current();
    if (text !== undefined) stream.write(`still under way: ${text}\n`);
  };
  return {
    show(say) {
      current = say;
      timer ??= setInterval(beat, heartbeatMs).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
