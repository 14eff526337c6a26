import type { CancelSignal } from '../run/ports.ts';
import type { Exchange, SigV4Settings, WireRequest } from '../run/wire.ts';
import type { Connections } from './connections.ts';
import { cookiesFor } from './cookies.ts';
import type { DigestSessions } from './digest-session.ts';
import { makeExchange, refuseExchange } from './exchange.ts';
import { prepareRequest } from './prepared-request.ts';
import { needsTunnel, type Route, readRoute } from './route.ts';
import { readTarget, type Target } from './target.ts';

type Headers = WireRequest['headers'];

export interface Sender {
  readonly connections: Connections;
  readonly digests: DigestSessions;
  readonly userAgent: string;
  /** Of an answer, before and after decoding. */
  readonly maxBodyBytes: number;
}

/** One of the requests that a sending may take. */
export interface Leg {
  readonly request: WireRequest;
  /** Of the request's time, by earlier legs; in milliseconds. */
  readonly spentMs: number;
  /** How many were followed to come here. */
  readonly redirects: number;
  /** One of them led to another origin. */
  readonly strayed: boolean;
  /** It answers a challenge; another is not answered. */
  readonly challenged: boolean;
}

/** Sends one request and tells what came of it. */
export async function sendLeg(sender: Sender, leg: Leg, signal: CancelSignal): Promise<Exchange> {
  const { request } = leg;
  const reading = readTarget(request.url);
  if (reading.kind === 'refused') return refuseExchange(request, reading.problem);
  const { target } = reading;
  const routing = readRoute(request, target);
  if (routing.kind === 'refused') return refuseExchange(request, routing.problem);
  const { route } = routing;
  if (route.http2) await sender.connections.prepare(route);
  const jar = leg.strayed ? request.cookies?.filter((cookie) => belongsTo(cookie, target)) : request.cookies;
  // Nearly every sending has none: it need not wait.
  const cookies = jar === undefined || jar.length === 0 ? '' : await cookiesFor(jar, target.url);
  const added = addedHeaders(sender, request, target, route);
  const prepare = (more: Headers) =>
    prepareRequest(withHeaders(request, more), target, cookies, sender.userAgent);
  let preparation = prepare(added);
  if (preparation.kind === 'ready' && request.sigV4 !== undefined) {
    preparation = prepare([...added, ...(await signature(request, target, request.sigV4))]);
  }
  if (preparation.kind === 'refused') return refuseExchange(request, preparation.problem);
  return makeExchange(sender, leg, route, preparation.request, signal);
}

/** A cookie knows hosts, not ports: the one of a host alone is held to the origin that set it. */
function belongsTo(cookie: NonNullable<WireRequest['cookies']>[number], target: Target): boolean {
  return cookie.hostOnly !== true || cookie.origin === target.origin;
}

/** What the settings of a request add to its headers; a header that is written wins. */
function addedHeaders({ digests }: Sender, request: WireRequest, target: Target, route: Route): Headers {
  const { compression, digest, method } = request;
  const added: (readonly [string, string])[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined && !hasHeader(request.headers, name)) added.push([name, value]);
  };
  if (compression === true) add('accept-encoding', 'gzip, deflate, br');
  if (route.proxy !== undefined && !needsTunnel(route)) add('proxy-authorization', route.proxy.authorization);
  if (digest !== undefined) add('authorization', digests.authorize(digest, method, target));
  return added;
}

function withHeaders(request: WireRequest, more: Headers): WireRequest {
  return more.length === 0 ? request : { ...request, headers: [...request.headers, ...more] };
}

async function signature(request: WireRequest, target: Target, settings: SigV4Settings): Promise<Headers> {
  if (hasHeader(request.headers, 'authorization')) return [];
  const { signRequest } = await import('./sigv4.ts');
  return signRequest(request, target, settings);
}

/** @param name in lower case. */
export function hasHeader(headers: Headers, name: string): boolean {
  return headers.some(([other]) => other.toLowerCase() === name);
}
