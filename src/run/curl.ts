import { masked } from './mask.ts';
import type { RequestEvidence } from './outcome.ts';
import { createQuote, type Quote } from './shell-words.ts';
import type { WireRequest } from './wire.ts';

/** The request again by hand, for a POSIX shell; what was masked is variables to fill in. `user`: of Digest, masked. */
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
  const quote = createQuote();
  const parts = ['curl'];
  parts.push(...asWritten(request.url));
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== implied) parts.push('-X', quote(request.method));
  parts.push(quote(request.url));
  for (const [name, value] of headers) {
    if (json && body !== undefined && name.toLowerCase() === 'content-type') continue;
    const sent = name.toLowerCase();
    // Without a value and with a colon, curl leaves a header out.
    parts.push('-H', quote(value === '' ? `${sent};` : `${sent}: ${value}`, variableOf(sent)));
  }
  if (body !== undefined) parts.push(json ? '--json' : '--data-raw', quote(body));
  // Bytes that are no text are a file to fill in.
  else if (request.body !== undefined) parts.push('--data-binary', '@body');
  addTravel(parts, quote, travel);
  if (user !== undefined) parts.push('--digest', '--user', quote(`${user}:${masked}`, 'PASSWORD'));
  return parts.join(' ');
}

/** What keeps curl from reading more into a URL than it says. */
function asWritten(url: string): readonly string[] {
  return [
    // To curl they are a range and a choice, of several URLs.
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    // It would resolve them before it sends.
    ...(/\/\.\.?(?:[/?#]|$)/.test(url) ? ['--path-as-is'] : []),
  ];
}

/** How the request travels, as far as curl has to be told; `proxy`: masked. */
export type Travel = Pick<WireRequest, 'compression' | 'http2' | 'tls' | 'proxy'>;

/** Certificates and keys are files to fill in: what was read of theirs may come from anywhere. */
function addTravel(parts: string[], quote: Quote, { compression, http2, tls, proxy }: Travel): void {
  if (compression === true) parts.push('--compressed');
  if (http2 === true) parts.push('--http2');
  if (proxy !== undefined) parts.push('--proxy', quote(proxy, 'PROXY_CREDENTIALS'));
  if (tls === undefined) return;
  if (tls.insecure === true) parts.push('--insecure');
  if (tls.ca !== undefined) parts.push('--cacert', 'ca.pem');
  if (tls.cert !== undefined) parts.push('--cert', 'cert.pem');
  if (tls.key !== undefined) parts.push('--key', 'key.pem');
}

function variableOf(header: string): string {
  if (header === 'authorization') return 'TOKEN';
  if (header === 'cookie') return 'COOKIE';
  const name = header.replace(/[^a-z0-9]+/g, '_').toUpperCase();
  return /^[A-Z]/.test(name) ? name : 'SECRET';
}
