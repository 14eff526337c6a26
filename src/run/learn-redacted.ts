import { decodeUtf8 } from '../query/byte-encodings.ts';
import type { RunContext } from './context.ts';
import type { Outcome } from './outcome.ts';
import type { Exchanged } from './redact.ts';
import type { Exchange, WireRequest } from './wire.ts';

type Learning = Pick<RunContext, 'masker' | 'redactor'>;

/** What `redact` names in a request is secret before anything is told of it. */
export function learnFromRequest(context: Learning, wire: WireRequest): void {
  learn(context, () => ({ headers: [wire.headers], bodies: bodiesOf(wire) }));
}

/** The same of all that a sending told; what later passes have to know. */
export function learnFromExchange(
  context: Learning,
  wire: WireRequest,
  exchange: Exchange,
): Pick<Outcome, 'redacted'> {
  const { sentHeaders, hops = [], result } = exchange;
  const answered = result.kind === 'answered' ? result.response.headers : [];
  const ofHops = hops.flatMap((hop) => [hop.sentHeaders, hop.headers]);
  return learn(context, () => ({
    headers: [wire.headers, sentHeaders, ...ofHops, answered],
    bodies: exchangedBodies(wire, exchange),
  }));
}

/** Of what a command wrote: it is looked at as the body of an answer is. */
export function learnFromTexts(context: Learning, bodies: readonly string[]): Pick<Outcome, 'redacted'> {
  return learn(context, () => ({ headers: [], bodies }));
}

/** Of what called back. */
export function learnFromCall(
  context: Learning,
  headers: Exchanged['headers'][number],
  body: string,
): Pick<Outcome, 'redacted'> {
  return learn(context, () => ({ headers: [headers], bodies: [body] }));
}

/** Shows these bodies, wherever a whole one is a value, with `***` in place of what is hidden: also of what is short. */
export function hideInBodies<Context extends Learning>(
  context: Context,
  bodies: () => readonly string[],
): Context {
  const { redactor, masker } = context;
  if (redactor.isIdle) return context;
  const shown = bodies().map((text) => [text, redactor.body(text)] as const);
  return { ...context, masker: masker.besides(new Map(shown.filter(([text, hidden]) => text !== hidden))) };
}

/** What a recorded outcome tells. */
export function learnRedacted({ masker }: Learning, { redacted = [] }: Outcome): void {
  for (const secret of redacted) masker.add(secret);
}

function learn({ masker, redactor }: Learning, gather: () => Exchanged): Pick<Outcome, 'redacted'> {
  if (redactor.isIdle) return {};
  const redacted = redactor.find(gather());
  for (const secret of redacted) masker.add(secret);
  return redacted.length === 0 ? {} : { redacted };
}

export function exchangedBodies(wire: WireRequest, { result }: Exchange): readonly string[] {
  return [...bodiesOf(wire), ...(result.kind === 'answered' ? [result.response.text()] : [])];
}

function bodiesOf({ body }: WireRequest): readonly string[] {
  if (body === undefined) return [];
  return [typeof body === 'string' ? body : (decodeUtf8(body) ?? '')];
}
