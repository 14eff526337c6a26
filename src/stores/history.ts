import type { Kept, RunEvent, SignalReceived, StopReason } from '../run/event.ts';
import type { Instant, Outcome } from '../run/outcome.ts';
import type { Intent } from '../run/ports.ts';
import type { Signal } from '../run/signal.ts';

export interface PendingIntent {
  readonly at: Instant;
  readonly intent: Intent;
  /** A person said: send it again. */
  readonly sendAgain: boolean;
}

/** What the events of a run say about going on: outcomes by key, requests in flight, stops. */
export interface History {
  readonly outcomes: Map<string, Outcome>;
  readonly intents: Map<string, PendingIntent>;
  readonly stops: Map<string, StopReason>;
  readonly notes: Set<string>;
  /** By name; each is delivered once. */
  readonly signals: Map<string, Signal>;
  /** Keys of the waits for signals that began. */
  readonly waits: Set<string>;
  readonly cancelRequested: 'cancel' | 'superseded' | undefined;
}

/** The outcome as the engine needs it: with what was hidden put back. */
export function wholeOutcome({ outcome, hidden }: Pick<Kept, 'outcome' | 'hidden'>): Outcome {
  return hidden === undefined ? outcome : { ...outcome, ...hidden };
}

export function readHistory(events: readonly RunEvent[]): History {
  const outcomes = new Map<string, Outcome>();
  const intents = new Map<string, PendingIntent>();
  const stops = new Map<string, StopReason>();
  const notes = new Set<string>();
  const signals = new Map<string, Signal>();
  const waits = new Set<string>();
  let cancelRequested: History['cancelRequested'];
  for (const event of events) {
    switch (event.type) {
      case 'run.created':
        for (const kept of event.kept) outcomes.set(kept.key, wholeOutcome(kept));
        break;
      case 'step.started': {
        const at = intents.get(event.key)?.at ?? event.at;
        intents.set(event.key, { at, intent: event.intent, sendAgain: false });
        break;
      }
      case 'step.finished':
        outcomes.set(event.key, wholeOutcome(event));
        intents.delete(event.key);
        break;
      case 'wait.finished':
        outcomes.set(event.key, event.outcome);
        break;
      case 'wait.started':
        waits.add(event.key);
        break;
      case 'signal.received':
        keep(signals, event);
        break;
      case 'scope.stopped':
        if (!stops.has(event.scope)) stops.set(event.scope, event.reason);
        break;
      case 'note.added':
        notes.add(event.key);
        break;
      case 'run.resumed':
        allow(intents, event.sendAgain);
        break;
      case 'run.cancelRequested':
        cancelRequested = event.superseded === true ? 'superseded' : 'cancel';
        break;
      default:
    }
  }
  return { outcomes, intents, stops, notes, signals, waits, cancelRequested };
}

function keep(signals: Map<string, Signal>, { name, hidden }: SignalReceived): void {
  if (hidden !== undefined) signals.set(name, hidden.signal);
}

function allow(intents: Map<string, PendingIntent>, keys: readonly string[]): void {
  for (const key of keys) {
    const pending = intents.get(key);
    if (pending !== undefined) intents.set(key, { ...pending, sendAgain: true });
  }
}
