import type { WireRequest } from '../run/wire.ts';
import { headerProblem } from './header-rules.ts';
import type { Target } from './target.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** A request as undici takes it, and as the wire will show it. */
export interface PreparedRequest {
  readonly method: string;
  readonly target: Target;
  /** Names and values in turn; undici adds host, connection and content-length where they are not written. */
  readonly headers: string[];
  readonly body: Buffer | undefined;
  /** In the order of the wire. */
  readonly sentHeaders: Headers;
}

export type Preparation =
  | { readonly kind: 'ready'; readonly request: PreparedRequest }
  | { readonly kind: 'refused'; readonly problem: string };

/** @param cookies what the jar sends there, as a Cookie header's value; empty: nothing. */
export function prepareRequest(
  request: WireRequest,
  target: Target,
  cookies: string,
  userAgent: string,
): Preparation {
  const { method } = request;
  if (method === 'CONNECT')
    return { kind: 'refused', problem: 'CONNECT opens a tunnel, which is no request' };
  const body = readBody(request.body);
  for (const [name, value] of request.headers) {
    const problem = headerProblem(name, value, body?.length ?? 0);
    if (problem !== undefined) return { kind: 'refused', problem };
  }
  const headers = addCookies(addUserAgent(request.headers, userAgent), cookies);
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, encodeValue(value));
  return {
    kind: 'ready',
    request: {
      method,
      target,
      headers: flat,
      body,
      sentHeaders: onTheWire(method, target.host, headers, body?.length ?? 0),
    },
  };
}

function readBody(body: WireRequest['body']): Buffer | undefined {
  if (body === undefined || body.length === 0) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function addUserAgent(headers: Headers, userAgent: string): Headers {
  return find(headers, 'user-agent') === undefined ? [...headers, ['user-agent', userAgent]] : headers;
}

// A cookie that a person wrote wins over the jar's cookie of that name.
function addCookies(headers: Headers, cookies: string): Headers {
  if (cookies === '') return headers;
  const written = headers.findIndex(([name]) => name.toLowerCase() === 'cookie');
  if (written < 0) return [...headers, ['cookie', cookies]];
  const names = new Set(headers.filter(([name]) => name.toLowerCase() === 'cookie').flatMap(cookieNames));
  const added = cookies.split('; ').filter((cookie) => !names.has(cookieName(cookie)));
  return headers.map(([name, value], index) => {
    return index === written ? [name, [value, ...added].join('; ')] : [name, value];
  });
}

function cookieNames([, value]: readonly [string, string]): string[] {
  return value.split(';').map(cookieName);
}

function cookieName(cookie: string): string {
  return cookie.split('=', 1).join('').trim();
}

// undici writes latin1: the text's UTF-8 bytes have to be handed over as if they were latin1.
function encodeValue(value: string): string {
  if (!/[^\t -~]/.test(value)) return value;
  return Buffer.from(value).toString('latin1');
}

const expectsBody = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
const writtenByUndici = new Set(['host', 'connection', 'content-length']);

// undici writes host and connection first, content-length last, and closes after HEAD.
function onTheWire(method: string, host: string, headers: Headers, bodyBytes: number): Headers {
  const closes = method === 'HEAD' || find(headers, 'connection')?.toLowerCase() === 'close';
  return [
    ['host', find(headers, 'host') ?? host],
    ['connection', closes ? 'close' : 'keep-alive'],
    ...headers.filter(([name]) => !writtenByUndici.has(name.toLowerCase())),
    ...(bodyBytes > 0 || expectsBody.has(method) ? [['content-length', String(bodyBytes)] as const] : []),
  ];
}

/** The same headers as HTTP/2 has them: lower case, nothing of the connection (RFC 9113, 8.2.2 and 8.3.1). */
export function http2Headers(sentHeaders: Headers): Headers {
  return sentHeaders
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== 'connection')
    .map(([name, value]) => [name === 'host' ? ':authority' : name, value]);
}

function find(headers: Headers, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1];
}
