import type { RunEvent } from '../../src/run/event.ts';
import type { Signal } from '../../src/run/signal.ts';
import type { Injected } from './scene.ts';

/** Those of a scene's signals that are to come after these events, and did not come yet. */
export function nextSignals(
  signals: readonly Injected[],
  events: readonly RunEvent[],
): readonly { readonly name: string; readonly signal: Signal }[] {
  const told = new Set(events.map((event) => ('key' in event ? `${event.type} ${event.key}` : event.type)));
  const came = new Set(events.flatMap((event) => (event.type === 'signal.received' ? [event.name] : [])));
  return signals
    .filter(({ after, name }) => told.has(after) && !came.has(name))
    .map((one) => ({ name: one.name, signal: signalOf(one) }));
}

function signalOf({ json, approved }: Injected): Signal {
  const at = Date.now();
  if (approved !== undefined) return { kind: 'decision', at, approved, by: 'ada', note: 'looked at it' };
  const headers = [['content-type', 'application/json']] as const;
  const body = new Uint8Array(Buffer.from(JSON.stringify(json ?? null)));
  return { kind: 'call', at, method: 'POST', headers, body };
}
