import type { CancelSignal } from '../run/ports.ts';

/** What each signal ends, by signal: one listener serves any number of requests, at once and one after the other. */
const underway = new WeakMap<CancelSignal, Set<() => void>>();

/** Calls `stop` when the signal fires; gives what forgets it. */
export function onStop(signal: CancelSignal, stop: () => void): () => void {
  const stops = underway.get(signal) ?? listen(signal);
  stops.add(stop);
  return () => stops.delete(stop);
}

function listen(signal: CancelSignal): Set<() => void> {
  const stops = new Set<() => void>();
  underway.set(signal, stops);
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop();
  });
  return stops;
}
