import type { RequestStep } from '../artifact/types.ts';
import { stringifyJson } from '../query/json.ts';
import { isMap, type ValueMap } from '../query/value.ts';
import { createAnswer } from './answer.ts';
import { type Attempt, resolveAttempt } from './attempt.ts';
import { type Branchwise, isFailure, type RunContext } from './context.ts';
import { requestEvidence, responseEvidence } from './evidence.ts';
import { hideSecrets } from './hide.ts';
import { tokenKey } from './key.ts';
import { learnFromExchange, learnFromRequest, learnRedacted } from './learn-redacted.ts';
import { localOutcome } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import { readToken, type TokenSettings, tokenRequest } from './oauth.ts';
import type { Evidence, Instant, Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { Finished, Work } from './ports.ts';
import {
  findToken,
  keepToken,
  renewedSettings,
  type Taken,
  type Token,
  type TokenExchange,
  untoldLifeMs,
} from './tokens.ts';
import { valueErrorOf } from './value-error.ts';
import type { Exchange, WireRequest } from './wire.ts';
import type { ResolvedRequest } from './wire-request.ts';

/** What an attempt has before it leaves: its token, if it needs one, or why there is none. */
export interface Authorization {
  readonly taken?: Taken;
  /** When it was decided: what `now()` gives in the attempt. */
  readonly at?: Instant;
}

type Before = Pick<Attempt, 'step' | 'cookies' | 'progress'>;

/**
 * The token of an attempt, as a durable step of its own. It is asked for where the run has none that holds;
 * in the record each attempt has the token that it was sent with.
 */
export async function authorize(
  { context, primitives }: Engine,
  branch: Branchwise,
  key: string,
  before: Before,
): Promise<Authorization> {
  const { step } = before;
  if (!takesToken(context, step)) return {};
  const outcome = await primitives.step(tokenKey(key), modeOf(step, branch), (work) =>
    takeToken({ ...before, context, work }),
  );
  learnRedacted(context, outcome);
  return { at: outcome.startedAt, ...readTaken(context, outcome) };
}

/** Whether the auth of a step, whosever it is, may be OAuth 2. */
function takesToken({ request: { environment } }: RunContext, { request }: RequestStep): boolean {
  const service =
    request.service === undefined ? undefined : ownMember(environment.services, request.service);
  const auth = request.auth ?? request.fromDefaults?.auth ?? service?.auth;
  return auth?.kind === 'oauth2';
}

async function takeToken(attempt: Attempt): Promise<Finished> {
  const { context, work } = attempt;
  const resolved = resolve(attempt);
  if (resolved?.oauth2 === undefined) return localOutcome(work.at, 'passed');
  const { tokens, effects, request } = context;
  const settings = effects.hmacSha256(request.seed, stringifyJson(settingsValue(resolved.oauth2.settings)));
  const known = findToken(tokens, settings, work.at);
  if (known !== undefined) return conclude(context, settings, work, { kind: 'token', token: known });
  const underway = tokens.underway.get(settings);
  if (underway !== undefined) return conclude(context, settings, work, (await underway).taken);
  const { timeoutMs } = resolved.wire;
  const renewed = renewedSettings(resolved.oauth2.settings, tokens.known.get(settings));
  const wire = { ...tokenRequest(renewed, timeoutMs), ...resolved.oauth2.travel };
  const asked = ask(context, wire, work);
  tokens.underway.set(settings, asked);
  try {
    const exchange = await asked;
    return conclude(context, settings, work, exchange.taken, exchange);
  } finally {
    tokens.underway.delete(settings);
  }
}

/** The request; undefined where the step is skipped, or has a value that cannot be had, and will say so itself. */
function resolve(attempt: Attempt): ResolvedRequest | undefined {
  try {
    return resolveAttempt(attempt)?.resolved;
  } catch (error) {
    valueErrorOf(error);
    return undefined;
  }
}

function settingsValue({ grant, more, ...others }: TokenSettings): ValueMap {
  return { ...others, grant: { ...grant }, more: more ?? [] };
}

async function ask(context: RunContext, wire: WireRequest, work: Work): Promise<TokenExchange> {
  const { masker, effects } = context;
  // Nothing changes there: a second token does no harm.
  learnFromRequest(context, wire);
  await work.intend({ method: wire.method, target: masker.text(wire.url), repeatable: true });
  const exchange = await effects.send(wire, work.signal);
  hideTokens(context, exchange);
  return { wire, exchange, taken: takenFrom(exchange) };
}

/** Also those that are of no use here, like an id_token. */
function hideTokens({ masker }: RunContext, { result }: Exchange): void {
  const json = result.kind === 'answered' ? createAnswer(result.response).json() : undefined;
  if (json?.ok !== true || !isMap(json.value)) return;
  for (const [name, value] of Object.entries(json.value)) if (name.endsWith('_token')) masker.add(value);
}

function takenFrom({ result, at }: Exchange): Taken {
  if (result.kind === 'failed') {
    return { kind: 'failed', reason: result.reason, message: `the token request failed: ${result.message}` };
  }
  const reading = readToken(result.response, at);
  if (reading.kind !== 'token') return { kind: 'failed', reason: 'value', message: reading.message };
  const { accessToken, refreshToken, expiresAt = at + untoldLifeMs } = reading;
  const refresh = refreshToken === undefined ? {} : { refreshToken };
  return { kind: 'token', token: { accessToken, ...refresh, at, expiresAt } };
}

/** The outcome, with the token and what it is known by as secrets. */
function conclude(
  context: RunContext,
  settings: string,
  { at: startedAt }: Work,
  taken: Taken,
  asked?: TokenExchange,
): Finished {
  const { masker } = context;
  const facts = {
    sent: asked?.exchange.sent ?? 'no',
    startedAt,
    at: asked?.exchange.at ?? startedAt,
    ...(asked === undefined ? {} : learnFromExchange(context, asked.wire, asked.exchange)),
  } as const;
  const outputs = taken.kind === 'token' ? { ...taken.token, settings } : { message: taken.message };
  if (taken.kind === 'token') learn(context, settings, taken.token);
  const outcome: Outcome =
    taken.kind === 'token'
      ? { state: 'passed', ...facts, outputs }
      : { state: 'failed', reason: taken.reason, ...facts, outputs };
  const finished = hideSecrets({ masker }, { outputs: [] }, outcome);
  return asked === undefined ? finished : { ...finished, evidence: evidenceOf(context, asked) };
}

function evidenceOf(context: RunContext, { wire, exchange }: TokenExchange): Evidence {
  const { result, durationMs } = exchange;
  return {
    request: requestEvidence(context, wire, exchange),
    ...(result.kind === 'answered' ? { response: responseEvidence(context, result.response) } : {}),
    assertions: [],
    durationMs,
  };
}

function learn({ masker, tokens }: RunContext, settings: string, token: Token): void {
  for (const secret of [token.accessToken, token.refreshToken ?? '', settings]) masker.add(secret);
  keepToken(tokens, settings, token);
}

/** What a recorded outcome says; nothing where no token was needed, or the step is stopped before it. */
function readTaken(context: RunContext, outcome: Outcome): Pick<Authorization, 'taken'> {
  const { accessToken, refreshToken, at, expiresAt, settings, message } = outcome.outputs ?? {};
  if (isFailure(outcome)) {
    const told = typeof message === 'string' ? message : 'there is no token';
    return { taken: { kind: 'failed', reason: outcome.reason ?? 'value', message: told } };
  }
  if (typeof accessToken !== 'string' || typeof settings !== 'string') return {};
  const refresh = typeof refreshToken === 'string' ? { refreshToken } : {};
  const token = { accessToken, ...refresh, at: Number(at), expiresAt: Number(expiresAt) };
  learn(context, settings, token);
  return { taken: { kind: 'token', token } };
}
