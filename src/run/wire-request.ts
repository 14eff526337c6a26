import type { ServiceSettings } from '../artifact/environment.ts';
import type { Auth, Body, Entries, Request, RequestStep } from '../artifact/types.ts';
import type { Scope } from '../query/expression.ts';
import { stringifyJson } from '../query/json.ts';
import { renderText } from '../query/text.ts';
import { isList, isMap, type Value } from '../query/value.ts';
import { createScope, drawsOf, type RunContext, secretsScope } from './context.ts';
import { base64, utf8Bytes } from './encoded-forms.ts';
import { isIdempotentMethod } from './methods.ts';
import type { Cookies, Instant } from './outcome.ts';
import type { WireRequest } from './ports.ts';
import { appendQuery, encodeComponent, originOf, renderPath, resolveUrl } from './url.ts';
import { ValueError } from './value-error.ts';

const defaultTimeoutMs = 30_000;

type Pair = readonly [name: string, value: string];

export interface ResolvedRequest {
  readonly wire: WireRequest;
  /** May be sent again when nobody knows whether it arrived. */
  readonly repeatable: boolean;
}

/** What goes on the wire for a step: every text rendered, settings of its service laid under. */
export function resolveRequest(
  context: RunContext,
  step: RequestStep,
  cookies: Cookies,
  now: Instant,
): ResolvedRequest {
  const draws = drawsOf(context, step.key, now);
  const scope = createScope(context, draws);
  const { request } = step;
  const service = serviceOf(context, request);
  const own = secretsScope(context, draws);
  const base =
    service === undefined ? undefined : context.parsed.text(service.url).render(own).replace(/\/$/, '');
  const url = resolveTarget(context, request, base, scope);
  const home = base !== undefined && originOf(url) === originOf(base) ? service : undefined;
  // What service and `defaults` add goes to the service's own origin, and nowhere else.
  const defaults = home === undefined ? undefined : request.fromDefaults;
  const auth = request.auth ?? defaults?.auth;
  const body = request.body === undefined ? undefined : renderBody(context, request.body, scope);
  const key = idempotencyKey(context, step, scope);
  const written = renderPairs(context, request.headers, scope);
  const set = [
    ...(key === undefined ? [] : [[service?.idempotencyHeader ?? 'Idempotency-Key', key] as const]),
    ...authHeader(context, auth ?? home?.auth, auth === undefined ? own : scope),
    ...(body === undefined ? [] : [['Content-Type', body.contentType] as const]),
    ...renderPairs(context, defaults?.headers ?? [], scope),
    ...renderPairs(context, home?.headers ?? [], own),
  ];
  const wire: WireRequest = {
    method: request.method,
    url,
    headers: [...written, ...unlessThere(written, set)],
    ...(body === undefined ? {} : { body: body.text }),
    timeoutMs: step.timeoutMs ?? service?.timeoutMs ?? defaultTimeoutMs,
    cookies,
  };
  const repeatable = key !== undefined || request.idempotent === true || isIdempotentMethod(request.method);
  return { wire, repeatable };
}

function serviceOf(context: RunContext, request: Request): ServiceSettings | undefined {
  if (request.service === undefined) return undefined;
  const service = context.request.environment.services[request.service];
  if (service === undefined) throw new ValueError(`the environment has no service "${request.service}"`);
  return service;
}

function resolveTarget(
  context: RunContext,
  request: Request,
  base: string | undefined,
  scope: Scope,
): string {
  const query = renderPairs(context, request.query, scope);
  if (request.url !== undefined) {
    const written = context.parsed.text(request.url).render(scope);
    const url = base === undefined ? written : resolveUrl(`${base}/`, written);
    if (originOf(url) === undefined) throw new ValueError(`${JSON.stringify(url)} is not an absolute URL`);
    return appendQuery(url, query);
  }
  const path = renderPath(context.parsed.text(request.path ?? ''), scope);
  return appendQuery((base ?? '') + (path === '' || /^[/?]/.test(path) ? path : `/${path}`), query);
}

/** Names and texts; null leaves a pair out, a list repeats the name. */
function renderPairs(context: RunContext, entries: Entries, scope: Scope): [string, string][] {
  return entries.flatMap(([name, template]) => {
    const shown = context.parsed.text(name).render(scope);
    const value = context.parsed.template(template).evaluate(scope);
    const values = isList(value) ? value : [value];
    return values
      .filter((one) => one !== null)
      .map((one): [string, string] => [shown, renderPlain(shown, one)]);
  });
}

function renderPlain(name: string, value: Value): string {
  if (isList(value) || isMap(value)) throw new ValueError(`"${name}" cannot take a list or an object here`);
  return renderText(value);
}

function renderBody(context: RunContext, body: Body, scope: Scope): { text: string; contentType: string } {
  switch (body.kind) {
    case 'json':
      return {
        text: stringifyJson(context.parsed.template(body.value).evaluate(scope)),
        contentType: 'application/json',
      };
    case 'form': {
      const encode = (text: string): string => encodeComponent(text).replaceAll('%20', '+');
      const pairs = renderPairs(context, body.entries, scope);
      return {
        text: pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'),
        contentType: 'application/x-www-form-urlencoded',
      };
    }
    case 'text':
      return { text: context.parsed.text(body.text).render(scope), contentType: 'text/plain; charset=utf-8' };
  }
}

function authHeader(context: RunContext, auth: Auth | undefined, scope: Scope): [string, string][] {
  if (auth === undefined || auth.kind === 'none') return [];
  const render = (text: string): string => context.parsed.text(text).render(scope);
  if (auth.kind === 'bearer') return [['Authorization', `Bearer ${render(auth.token)}`]];
  const credentials = `${render(auth.username)}:${render(auth.password)}`;
  return [['Authorization', `Basic ${base64(utf8Bytes(credentials))}`]];
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
  return context.effects.hmacSha256(firstRun, `${step.key}\n${generations[step.key] ?? 0}`).slice(0, 32);
}

/** A header that is written wins over what a body, auth or service would set, and of those the first. */
function unlessThere(written: readonly Pair[], set: readonly Pair[]): Pair[] {
  const seen = new Set(written.map(([name]) => name.toLowerCase()));
  return set.filter(([name]) => {
    const known = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return !known;
  });
}
