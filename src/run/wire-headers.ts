import type { ServiceSettings } from '../artifact/environment.ts';
import type { Request } from '../artifact/request.ts';
import type { Scope } from '../query/expression.ts';
import type { RunContext } from './context.ts';
import { readsSecrets } from './environment.ts';
import { ValueError } from './value-error.ts';
import type { WireRequest } from './wire.ts';
import { type Credentials, renderAuth } from './wire-auth.ts';
import { type Pair, renderPairs } from './wire-pairs.ts';

/** What the step's own expressions see, and what those of its service see. */
export interface Scopes {
  readonly step: Scope;
  readonly service: Scope;
}

/** Where a request goes: `home` is the service where the URL lies on its origin. */
export interface Destination {
  readonly request: Request;
  readonly home: ServiceSettings | undefined;
}

/** Step wins over actor and `defaults`, these over service; what others than the step give stays at home. */
export function resolveAuth(
  context: RunContext,
  { request, home }: Destination,
  scopes: Scopes,
  token: string | undefined,
): Credentials {
  const auth = request.auth ?? (home && request.fromDefaults?.auth);
  if (auth !== undefined) return renderAuth(context, auth, scopes.step, token);
  return renderAuth(context, home?.auth, scopes.service, token);
}

/**
 * Headers in layers: those that are written win over those that a body, auth or service sets. `originHeaders` are
 * those that are meant for the first origin alone.
 */
export function layHeaders(
  context: RunContext,
  { request, home }: Destination,
  scopes: Scopes,
  ofRequest: readonly Pair[],
  ofAuth: readonly Pair[],
): Pick<WireRequest, 'headers' | 'originHeaders'> {
  const { parsed } = context;
  const lent = home && request.fromDefaults?.headers;
  const layers: readonly Layer[] = [
    { pairs: renderPairs(parsed, request.headers, scopes.step), bound: false },
    { pairs: renderPairs(parsed, lent ?? [], scopes.step), bound: true },
    { pairs: ofRequest, bound: false },
    { pairs: ofAuth, bound: true },
    { pairs: home === undefined ? [] : serviceHeaders(context, home, scopes.service), bound: true },
  ];
  if (layers.every(({ pairs }) => pairs.length === 0)) return { headers: [] };
  const laid = layOver(layers);
  const bound = new Set(laid.flatMap(({ pair, bound }) => (bound ? [pair[0].toLowerCase()] : [])));
  const headers = laid.map(({ pair }) => pair);
  return bound.size === 0 ? { headers } : { headers, originHeaders: [...bound] };
}

interface Layer {
  readonly pairs: readonly Pair[];
  /** To the origin that the request is first sent to. */
  readonly bound: boolean;
}

/** A name that an earlier layer has is not taken from a later one; within a layer it may repeat. */
function layOver(layers: readonly Layer[]): readonly { readonly pair: Pair; readonly bound: boolean }[] {
  const seen = new Set<string>();
  return layers.flatMap(({ pairs, bound }) => {
    if (pairs.length === 0) return [];
    const added = pairs.filter(([name]) => !seen.has(name.toLowerCase()));
    for (const [name] of added) seen.add(name.toLowerCase());
    return added.map((pair) => ({ pair, bound }));
  });
}

/** Cookies that are written, in layers, as one header; the jar's come beside them. */
export function cookieHeader(
  { parsed }: RunContext,
  { request, home }: Destination,
  scopes: Scopes,
  ofAuth: readonly Pair[],
): readonly Pair[] {
  const lentCookies = home && request.fromDefaults?.cookies;
  if (request.cookies === undefined && lentCookies === undefined && ofAuth.length === 0) return [];
  const own = renderPairs(parsed, request.cookies ?? [], scopes.step);
  const lent = renderPairs(parsed, lentCookies ?? [], scopes.step);
  const names = new Set(own.map(([name]) => name));
  const pairs = [...own, ...lent.filter(([name]) => !names.has(name)), ...ofAuth];
  for (const [name, value] of pairs) checkCookie(name, value);
  return pairs.length === 0 ? [] : [['Cookie', pairs.map((pair) => pair.join('=')).join('; ')]];
}

/** RFC 6265, 4.1.1: behind a semicolon another cookie would begin. */
function checkCookie(name: string, value: string): void {
  if (!/[;\r\n]/.test(name + value)) return;
  throw new ValueError(`the cookie ${JSON.stringify(name)} holds a semicolon or a line break, which ends it`);
}

/** A value of an environment that holds a secret is secret. */
function serviceHeaders({ parsed, masker }: RunContext, { headers }: ServiceSettings, scope: Scope): Pair[] {
  return headers.flatMap(([name, template]) => {
    const pairs = renderPairs(parsed, [[name, template]], scope);
    if (readsSecrets(parsed.template(template))) for (const [, value] of pairs) masker.add(value);
    return pairs;
  });
}
