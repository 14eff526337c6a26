import { masked } from './mask.ts';
import type { RequestEvidence } from './outcome.ts';
import type { WireRequest } from './wire.ts';

/** The request again by hand, for a POSIX shell; what was masked is a variable to fill in. `user`: of Digest, masked. */
export function renderCurl(
  request: Pick<RequestEvidence, 'method' | 'url' | 'body'>,
  headers: RequestEvidence['headers'],
  travel: Travel = {},
  user?: string,
): string {
  const json = headers.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/json',
  );
  const body = request.body?.text;
  const implied = request.body === undefined ? 'GET' : 'POST';
  const parts = ['curl'];
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== implied) parts.push('-X', quote(request.method));
  parts.push(quote(request.url));
  for (const [name, value] of headers) {
    if (json && body !== undefined && name.toLowerCase() === 'content-type') continue;
    parts.push('-H', quote(`${name.toLowerCase()}: ${value}`, variableOf(name)));
  }
  if (body !== undefined) parts.push(json ? '--json' : '--data-raw', quote(body));
  // Bytes that are no text are a file to fill in.
  else if (request.body !== undefined) parts.push('--data-binary', '@body');
  addTravel(parts, travel, user);
  return parts.join(' ');
}

/** How the request travels, as far as curl has to be told. */
type Travel = Pick<WireRequest, 'compression' | 'http2' | 'tls'>;

function addTravel(parts: string[], { compression, http2, tls }: Travel, user: string | undefined): void {
  if (compression === true) parts.push('--compressed');
  if (http2 === true) parts.push('--http2');
  if (tls?.insecure === true) parts.push('--insecure');
  if (user !== undefined) parts.push('--digest', '--user', quote(`${user}:${masked}`, 'PASSWORD'));
}

function variableOf(header: string): string {
  if (header.toLowerCase() === 'authorization') return 'TOKEN';
  return header.toLowerCase() === 'cookie' ? 'COOKIE' : 'SECRET';
}

/** A word of a POSIX shell. */
export function quote(text: string, variable = 'SECRET'): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  if (!text.includes(masked)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replace(/["\\$`]/g, '\\$&');
  return `"${escaped.replaceAll(masked, `$${variable}`)}"`;
}
