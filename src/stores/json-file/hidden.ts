import { isMap, type Value } from '../../query/value.ts';
import type { Kept, RunEvent, SignalReceived } from '../../run/event.ts';
import type { Hidden } from '../../run/outcome.ts';
import type { Signal } from '../../run/signal.ts';
import { open, seal } from './vault.ts';

/** What a step and a kept outcome have in common: parts that masking altered, in plain or as ciphertext. */
interface Hideable {
  readonly key: string;
  readonly hidden?: Hidden;
  readonly sealed?: string;
}

type Secrets = { readonly [name: string]: string };

function purposeOf(kind: 'step' | 'kept', key: string): string {
  return `${kind} ${key}`;
}

function sealOne<T extends Hideable>(runKey: string, kind: 'step' | 'kept', plain: T): T {
  if (plain.hidden === undefined) return plain;
  const { hidden, ...rest } = plain;
  // Hidden is made of maps of values, and of lists of them.
  const sealed = seal(runKey, purposeOf(kind, plain.key), hidden as Value);
  return { ...rest, sealed } as T;
}

function openOne<T extends Hideable>(runKey: string, kind: 'step' | 'kept', stored: T): T {
  if (stored.sealed === undefined) return stored;
  const { sealed, ...rest } = stored;
  return { ...rest, hidden: open(runKey, purposeOf(kind, stored.key), sealed) as Hidden } as T;
}

/** The event as it may leave a worker and lie in a file: what is hidden is ciphertext under the run's key. */
export function sealHidden(runKey: string, event: RunEvent): RunEvent {
  if (event.type === 'step.finished') return sealOne(runKey, 'step', event);
  if (event.type === 'signal.received') return sealSignal(runKey, event);
  if (event.type === 'run.created') return { ...event, kept: sealKept(runKey, event.kept) };
  return event;
}

/** The event as the engine needs it. */
export function openHidden(runKey: string, event: RunEvent): RunEvent {
  if (event.type === 'step.finished') return openOne(runKey, 'step', event);
  if (event.type === 'signal.received') return openSignal(runKey, event);
  if (event.type !== 'run.created') return event;
  return { ...event, kept: event.kept.map((kept) => openOne(runKey, 'kept', kept)) };
}

function sealSignal(runKey: string, { hidden, ...rest }: SignalReceived): SignalReceived {
  if (hidden === undefined) return rest;
  return { ...rest, sealed: seal(runKey, `signal ${rest.name}`, hidden.signal) };
}

function openSignal(runKey: string, stored: SignalReceived): SignalReceived {
  if (stored.sealed === undefined) return stored;
  const { sealed, ...rest } = stored;
  // What was sealed was a signal.
  const signal = open(runKey, `signal ${rest.name}`, sealed) as Value as unknown as Signal;
  return { ...rest, hidden: { signal } };
}

function sealKept(runKey: string, kept: readonly Kept[]): readonly Kept[] {
  return kept.map((one) => sealOne(runKey, 'kept', one));
}

/** The member `sealedSecrets` of an event; none where nothing was handed over. */
export function sealSecrets(runKey: string, secrets: Secrets): { readonly sealedSecrets?: string } {
  if (Object.keys(secrets).length === 0) return {};
  return { sealedSecrets: seal(runKey, 'secrets', secrets) };
}

/** Every secret handed over so far; newer values win. */
export function openSecrets(runKey: string, events: readonly RunEvent[]): Secrets {
  const secrets = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'run.created' && event.type !== 'run.resumed') continue;
    if (event.sealedSecrets === undefined) continue;
    const opened = open(runKey, 'secrets', event.sealedSecrets);
    if (!isMap(opened)) continue;
    for (const [name, value] of Object.entries(opened)) {
      if (typeof value === 'string') secrets.set(name, value);
    }
  }
  return Object.fromEntries(secrets);
}
