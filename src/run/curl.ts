import { masked } from './mask.ts';
import type { RequestEvidence } from './outcome.ts';

/** The request again by hand, for a POSIX shell; what was masked is a variable to fill in. */
export function renderCurl(
  request: Pick<RequestEvidence, 'method' | 'url' | 'body'>,
  headers: RequestEvidence['headers'],
): string {
  const json = headers.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/json',
  );
  const body = request.body?.text;
  const implied = body === undefined ? 'GET' : 'POST';
  const parts = ['curl'];
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== implied) parts.push('-X', quote(request.method));
  parts.push(quote(request.url));
  for (const [name, value] of headers) {
    if (json && body !== undefined && name.toLowerCase() === 'content-type') continue;
    parts.push('-H', quote(`${name.toLowerCase()}: ${value}`, variableOf(name)));
  }
  if (body !== undefined) parts.push(json ? '--json' : '--data-raw', quote(body));
  return parts.join(' ');
}

function variableOf(header: string): string {
  if (header.toLowerCase() === 'authorization') return 'TOKEN';
  return header.toLowerCase() === 'cookie' ? 'COOKIE' : 'SECRET';
}

function quote(text: string, variable = 'SECRET'): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  if (!text.includes(masked)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replace(/["\\$`]/g, '\\$&');
  return `"${escaped.replaceAll(masked, `$${variable}`)}"`;
}
