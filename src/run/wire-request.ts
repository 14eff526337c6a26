import type { ServiceSettings } from '../artifact/environment.ts';
import type { Request } from '../artifact/request.ts';
import type { RequestStep, Retry } from '../artifact/types.ts';
import { isBareHost } from '../query/bare-host.ts';
import type { Scope } from '../query/expression.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import { baseUrl, secretsScope } from './environment.ts';
import { isIdempotentMethod } from './methods.ts';
import type { TokenSettings } from './oauth.ts';
import type { Cookies, Instant } from './outcome.ts';
import { ownMember } from './own-member.ts';
import { resolveTokenTravel, resolveTravel, type Travel } from './travel.ts';
import { appendQuery, isSameOrigin, originOf, renderPath, resolveUrl } from './url.ts';
import { ValueError } from './value-error.ts';
import type { WireRequest } from './wire.ts';
import { renderBody } from './wire-body.ts';
import { cookieHeader, layHeaders, resolveAuth } from './wire-headers.ts';
import { type Pair, renderPairs } from './wire-pairs.ts';
import type { Writable } from './writable.ts';

const defaultTimeoutMs = 30_000;

export interface ResolvedRequest {
  readonly wire: WireRequest;
  /** May be sent again when nobody knows whether it arrived. */
  readonly repeatable: boolean;
  /** What is worth a remark in the evidence. */
  readonly notes: readonly string[];
  /** The step's, else that of its service. */
  readonly retry?: Retry;
  /** It needs the token that these give, and how that is asked for. */
  readonly oauth2?: { readonly settings: TokenSettings; readonly travel: Travel };
}

/**
 * What goes on the wire for a step: every text rendered, settings of its service laid under.
 * @param token what its OAuth 2 settings gave, if they have been asked
 */
export function resolveRequest(
  context: RunContext,
  step: RequestStep,
  cookies: Cookies,
  now: Instant,
  token?: string,
): ResolvedRequest {
  const draws = drawsOf(context, step.key, now);
  const { parsed } = context;
  const { request } = step;
  const service = serviceOf(context, request);
  const scopes = { step: createScope(context, draws), service: secretsScope(context, draws) };
  const base = service && baseUrl(context, service, draws);
  const { url, notes } = resolveAddress(context, request, base, scopes.step);
  const to = { request, home: homeOf(service, base, url) };
  const auth = resolveAuth(context, to, scopes, token);
  const boundary = (): string =>
    context.effects.hmacSha256(context.request.seed, `~boundary/${step.key}`).slice(0, 32);
  const body = request.body && renderBody(parsed, request.body, scopes.step, boundary);
  const key = idempotencyKey(context, step, scopes.step);
  const ofRequest: Pair[] = [];
  if (key !== undefined) ofRequest.push([service?.idempotencyHeader ?? 'Idempotency-Key', key]);
  if (body !== undefined) ofRequest.push(['Content-Type', body.contentType]);
  ofRequest.push(...cookieHeader(context, to, scopes, auth.cookies));
  const { headers, originHeaders } = layHeaders(context, to, scopes, ofRequest, auth.headers);
  const wire: Writable<WireRequest> = {
    method: request.method,
    url: appendQuery(url, [...renderPairs(parsed, request.query, scopes.step), ...auth.query]),
    headers,
    timeoutMs: step.timeoutMs ?? service?.timeoutMs ?? defaultTimeoutMs,
  };
  if (originHeaders !== undefined) wire.originHeaders = originHeaders;
  if (body !== undefined) wire.body = body.data;
  if (step.actor !== 'none') wire.cookies = cookies;
  Object.assign(wire, resolveTravel(context, to, scopes), auth.proof);
  const repeatable = key !== undefined || request.idempotent === true || isIdempotentMethod(request.method);
  const resolved: Writable<ResolvedRequest> = { wire, repeatable, notes };
  const retry = step.retry ?? to.home?.retry;
  if (retry !== undefined) resolved.retry = retry;
  if (auth.oauth2 !== undefined) {
    const asked = { request, home: homeOf(service, base, auth.oauth2.tokenUrl) };
    resolved.oauth2 = { settings: auth.oauth2, travel: resolveTokenTravel(context, asked, scopes) };
  }
  return resolved;
}

/** The service, where a URL lies on its origin: what it lends goes nowhere else. */
function homeOf(
  service: ServiceSettings | undefined,
  base: string | undefined,
  url: string,
): ServiceSettings | undefined {
  return base !== undefined && isSameOrigin(url, base) ? service : undefined;
}

function serviceOf(context: RunContext, request: Request): ServiceSettings | undefined {
  if (request.service === undefined) return undefined;
  const service = ownMember(context.request.environment.services, request.service);
  if (service === undefined) throw new ValueError(`the environment has no service "${request.service}"`);
  return service;
}

function resolveAddress(
  { parsed }: RunContext,
  request: Request,
  base: string | undefined,
  scope: Scope,
): { readonly url: string; readonly notes: readonly string[] } {
  if (request.url !== undefined) {
    const written = parsed.text(request.url).render(scope);
    if (isBareHost(written)) throw new ValueError(`${JSON.stringify(written)} has no scheme: write http://…`);
    const url = base === undefined ? written : resolveUrl(`${base}/`, written);
    if (originOf(url) === undefined) throw new ValueError(`${JSON.stringify(url)} is not an absolute URL`);
    return { url, notes: [] };
  }
  const { path, slashes } = renderPath(parsed.text(request.path ?? ''), scope);
  const notes = slashes
    ? ['a slash in a value of the path was sent as %2F, which some servers take for /']
    : [];
  const below = path === '' || /^[/?]/.test(path) ? path : `/${path}`;
  return { url: (base ?? '') + below, notes };
}

/**
 * The same on every attempt and pass, and in retries of the run until a person runs an answered or undone
 * step again: HMAC-SHA-256, keyed with the chain's first run id, over step key and generation.
 */
function idempotencyKey(context: RunContext, step: RequestStep, scope: Scope): string | undefined {
  const { idempotencyKey: declared } = step.request;
  if (declared === undefined) return undefined;
  if (declared !== true) return context.parsed.text(declared).render(scope);
  const { firstRun, generations } = context.request;
  const generation = ownMember(generations, step.key) ?? 0;
  return context.effects.hmacSha256(firstRun, `${step.key}\n${generation}`).slice(0, 32);
}
