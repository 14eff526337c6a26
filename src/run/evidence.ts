import { decodeUtf8 } from '../query/byte-encodings.ts';
import type { RunContext } from './context.ts';
import { renderCurl } from './curl.ts';
import { masked } from './mask.ts';
import type { BodyEvidence, HopEvidence, RequestEvidence, ResponseEvidence } from './outcome.ts';
import type { Signal } from './signal.ts';
import type { Exchange, Hop, WireRequest, WireResponse } from './wire.ts';
import type { Writable } from './writable.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** Texts of bodies are kept up to this many UTF-16 units; beyond it the hash tells. */
const bodyCap = 64 * 1024;

/** What went out, masked: after redirects the last request, to which the answer belongs. */
export function requestEvidence(context: RunContext, wire: WireRequest, exchange: Exchange): RequestEvidence {
  const { masker } = context;
  const { method, url, body } = exchange.redirected ?? wire;
  const sent: Writable<RequestEvidence> = {
    method,
    url: masker.text(url),
    headers: maskHeaders(context, exchange.sentHeaders),
  };
  if (body !== undefined && body.length > 0) sent.body = sentBody(context, body);
  const user = wire.digest && masker.text(wire.digest.username);
  const proxy = wire.proxy && masker.text(wire.proxy);
  const travel = proxy === undefined ? wire : { ...wire, proxy };
  sent.curl = renderCurl(sent, headersByHand(wire, sent), travel, user);
  return sent;
}

/** What a person has to give: all that the step gave and no redirect left behind, and what its jar added. */
function headersByHand(wire: WireRequest, { headers }: RequestEvidence): Headers {
  const given = new Set(wire.headers.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => {
    const lowerCase = name.toLowerCase();
    return lowerCase === 'cookie' || given.has(lowerCase);
  });
}

function sentBody(context: RunContext, body: string | Uint8Array): BodyEvidence {
  return bodyOf(context, body, typeof body === 'string' ? body : textOf(body));
}

/** The text that bytes are, where they are one. */
function textOf(body: Uint8Array): string | undefined {
  return body.subarray(0, 512).includes(0) ? undefined : decodeUtf8(body);
}

/** What came in, masked. */
export function callEvidence(
  context: RunContext,
  { method, headers, body }: Extract<Signal, { kind: 'call' }>,
  url: string,
  text: string,
): RequestEvidence {
  return {
    method,
    url: context.masker.text(url),
    headers: maskHeaders(context, headers),
    ...(body.length === 0
      ? {}
      : { body: bodyOf(context, body, body.subarray(0, 512).includes(0) ? undefined : text) }),
  };
}

/** Hops on the way to the answer, masked. */
export function hopsEvidence(context: RunContext, hops: readonly Hop[]): readonly HopEvidence[] {
  const { masker } = context;
  return hops.map(({ method, url, status, headers, location, durationMs }) => ({
    method,
    url: masker.text(url),
    status,
    headers: maskHeaders(context, headers),
    ...(location === undefined ? {} : { location: masker.text(location) }),
    durationMs,
  }));
}

/** What came back, masked. */
export function responseEvidence(context: RunContext, response: WireResponse): ResponseEvidence {
  return {
    status: response.status,
    statusText: context.masker.text(response.statusText),
    httpVersion: response.httpVersion,
    headers: maskHeaders(context, response.headers),
    body: bodyOf(context, response.body, isText(response) ? response.text() : undefined),
  };
}

/** A body, masked and capped; `text` is absent for bytes that are none. */
export function bodyOf(
  context: RunContext,
  data: string | Uint8Array,
  text: string | undefined,
): BodyEvidence {
  const size = typeof data === 'string' ? byteLength(data) : data.length;
  const sha256 = context.effects.sha256(data);
  if (text === undefined || text === '') return { size, sha256 };
  // Masked before it is cut: half a secret at the edge would not be found.
  const shown = context.masker.text(context.redactor.body(text));
  if (shown.length <= bodyCap) return { size, sha256, text: shown };
  return { size, sha256, text: shown.slice(0, bodyCap), truncated: true };
}

function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x800) bytes += 2;
    else if (code >= 0x80) bytes += 1;
    // Half of a surrogate pair: 4 bytes for the two of them.
    if (code >= 0xd800 && code <= 0xdfff) bytes -= 1;
  }
  return bytes;
}

function isText(response: WireResponse): boolean {
  const type = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (/^(?:image|audio|video|font)\/|octet-stream|zip|gzip|pdf/i.test(type)) return false;
  return /charset=/i.test(type) || !response.body.subarray(0, 512).includes(0);
}

/** Credentials and cookies are masked whatever they are, and what the project redacts: nobody has to mark them. */
function maskHeaders(context: RunContext, headers: Headers): Headers {
  return headers.map((header) => {
    const [name, value] = header;
    if (context.redactor.hidesHeader(name)) return [name, masked];
    const shown = context.masker.text(value);
    switch (name.toLowerCase()) {
      case 'authorization':
      case 'proxy-authorization':
        return [name, shown.includes(' ') ? `${shown.slice(0, shown.indexOf(' '))} ${masked}` : masked];
      case 'cookie':
        return [name, shown.split(';').map(maskCookie).join(';')];
      case 'set-cookie':
        return [name, shown.replace(/^[^;]*/, maskCookie)];
      default:
        return shown === value ? header : [name, shown];
    }
  });
}

/** Of `name=value` the value; what has no name is a value too (RFC 6265bis, 5.6). */
function maskCookie(pair: string): string {
  const cut = pair.indexOf('=');
  if (cut !== -1) return `${pair.slice(0, cut)}=${masked}`;
  return pair.replace(/\S.*/s, masked);
}
