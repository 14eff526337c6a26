import type { TlsSettings, WireRequest } from '../run/wire.ts';
import type { Target } from './target.ts';

/** What the connections of a request have in common: one that was kept serves the next on its route. */
export interface Route {
  /** Equal for equal routes. */
  readonly key: string;
  readonly origin: string;
  /** Host and port of the origin, for people. */
  readonly place: string;
  readonly secure: boolean;
  readonly http2: boolean;
  readonly tls?: TlsSettings;
  readonly proxy?: HttpProxy;
}

export interface HttpProxy {
  readonly url: URL;
  /** Host and port, for people. */
  readonly place: string;
  /** The value of Proxy-Authorization; the URL's user name and password. */
  readonly authorization?: string;
}

export type RouteReading =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'refused'; readonly problem: string };

export function readRoute(request: WireRequest, { origin, place, secure }: Target): RouteReading {
  const { http2 = false } = request;
  const tls = secure ? request.tls : undefined;
  if (request.proxy === undefined) {
    const key = tls || http2 ? JSON.stringify([origin, http2, tls]) : origin;
    return { kind: 'route', route: { key, origin, place, secure, http2, ...(tls && { tls }) } };
  }
  const proxy = readProxy(request.proxy);
  if (proxy === undefined) {
    return { kind: 'refused', problem: 'a proxy is a URL that begins with http:// or https://' };
  }
  const key = JSON.stringify([origin, http2, tls, request.proxy]);
  return { kind: 'route', route: { key, origin, place, secure, http2, proxy, ...(tls && { tls }) } };
}

/** Only plain HTTP/1.1 can be asked of a proxy (RFC 9112, 3.2.2); all else takes a tunnel (RFC 9110, 9.3.6). */
export function needsTunnel({ secure, http2 }: Route): boolean {
  return secure || http2;
}

function readProxy(text: string): HttpProxy | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const place = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const authorization = proxyAuthorization(url);
  return { url, place, ...(authorization && { authorization }) };
}

function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = [username, password].map(decodePercent).join(':');
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
