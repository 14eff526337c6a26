import type { Io } from './io.ts';

export interface Interrupts {
  /** Fires at the first signal. */
  readonly signal: AbortSignal;
  /** 128 and the signal's number, once one came. */
  exitCode(): number | undefined;
  stop(): void;
}

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The first signal asks to end well and says so; the second leaves at once. */
export function listenForInterrupts(io: Io, notice: string): Interrupts {
  const controller = new AbortController();
  let code: number | undefined;
  const onSignal = (name: keyof typeof codes) => (): void => {
    if (code !== undefined) process.exit(codes[name]);
    code = codes[name];
    io.stderr.write(`\n${notice}\n`);
    controller.abort();
  };
  const handlers = (Object.keys(codes) as (keyof typeof codes)[]).map(
    (name) => [name, onSignal(name)] as const,
  );
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    exitCode: () => code,
    stop() {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
