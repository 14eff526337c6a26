import type { WireRequest, WireResponse } from '../run/wire.ts';

/** Where a redirect leads, as the server wrote it; undefined: the response is none. */
export function readLocation({ status, headers }: WireResponse): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  return headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
}

export interface Redirected {
  readonly request: WireRequest;
  /** To another origin than the redirect came from. */
  readonly strays: boolean;
}

/**
 * The request that follows a redirect (RFC 9110, 15.4). What is meant for an origin alone does not follow to
 * another, and so does not come back from there. A target that is no URL stays as it is written.
 */
export function followRedirect(request: WireRequest, status: number, location: string): Redirected {
  const readable = URL.canParse(location, request.url);
  const url = readable ? new URL(location, request.url) : undefined;
  const moved = { ...rewrite(request, status), url: url?.href ?? location };
  const strays = url?.origin !== new URL(request.url).origin;
  return { request: strays ? withoutOrigin(moved) : moved, strays };
}

/** 307 and 308 keep method and body; 303 asks for a GET, and so does a POST that was moved. */
function rewrite(request: WireRequest, status: number): WireRequest {
  const { method, headers } = request;
  const asksGet = status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
  if (!asksGet) return request;
  const { body: _, ...rest } = request;
  return { ...rest, method: 'GET', headers: headers.filter(([name]) => !ofBody.has(name.toLowerCase())) };
}

const ofBody = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-location',
  'content-md5',
]);

function withoutOrigin(request: WireRequest): WireRequest {
  const { digest: _digest, sigV4: _sigV4, tls: _tls, proxy: _proxy, ...others } = request;
  const { elsewhere, headers, originHeaders = [], ...rest } = others;
  const { tls, proxy } = elsewhere ?? request;
  const bound = new Set(['authorization', 'cookie', 'host', ...originHeaders]);
  const { cert: _cert, key: _key, ...trust } = tls ?? {};
  return {
    ...rest,
    headers: headers.filter(([name]) => !bound.has(name.toLowerCase())),
    ...(tls && { tls: trust }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
