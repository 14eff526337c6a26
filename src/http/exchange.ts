import type { CancelSignal } from '../run/ports.ts';
import type { Exchange, WireRequest, WireResponse } from '../run/wire.ts';
import type { Writable } from '../run/writable.ts';
import { createBodyText } from './body-text.ts';
import { readClockMs } from './clock.ts';
import { decodeBody } from './content-encoding.ts';
import { keepCookies } from './cookies.ts';
import { type Circumstances, explainBroken, explainDecoding } from './failure.ts';
import type { Leg, Sender } from './leg.ts';
import { http2Headers, type PreparedRequest } from './prepared-request.ts';
import type { Route } from './route.ts';
import { type Answer, type Phase, transmit } from './transmit.ts';

const sentAt: Record<Phase, Exchange['sent']> = { connecting: 'no', sent: 'maybe', answering: 'yes' };

/** Sends a prepared request and tells what came of it. */
export async function makeExchange(
  { connections, maxBodyBytes }: Pick<Sender, 'connections' | 'maxBodyBytes'>,
  leg: Leg,
  route: Route,
  prepared: PreparedRequest,
  signal: CancelSignal,
): Promise<Exchange> {
  const { timeoutMs, cookies: jar } = leg.request;
  const about: Circumstances = { place: route.place, timeoutMs, maxBodyBytes };
  const limits = { timeoutMs: timeoutMs - leg.spentMs, bodyBytes: maxBodyBytes };
  const startedAt = readClockMs();
  const transmission = await transmit(connections, route, prepared, limits, signal);
  const at = Date.now();
  const durationMs = readClockMs() - startedAt;
  if (transmission.kind === 'broken') {
    const result = { kind: 'failed', ...explainBroken(transmission, about) } as const;
    const sentHeaders = headersSent(prepared, transmission.http2);
    return { durationMs, at, sentHeaders, sent: sentAt[transmission.phase], result };
  }
  const { head } = transmission;
  const setCookies = head.all('set-cookie');
  // Nearly every sending has neither jar nor Set-Cookie: it need not wait.
  const isJarOpen = jar !== undefined && (jar.length > 0 || setCookies.length > 0);
  const cookies = isJarOpen ? await keepCookies(jar, prepared.target.url, setCookies, at) : undefined;
  const result = await readAnswer(transmission, leg, about);
  const sentHeaders = headersSent(prepared, head.httpVersion === '2');
  const exchange = { durationMs, at, sentHeaders, sent: 'yes', result } as const;
  return cookies === undefined ? exchange : { ...exchange, cookies };
}

function headersSent({ sentHeaders }: PreparedRequest, http2: boolean): Exchange['sentHeaders'] {
  return http2 ? http2Headers(sentHeaders) : sentHeaders;
}

async function readAnswer(
  { head, body, timing, certificate }: Answer,
  { request, redirects }: Leg,
  about: Circumstances,
): Promise<Exchange['result']> {
  const encoding = head.all('content-encoding').join(',');
  const decoding =
    encoding === ''
      ? ({ kind: 'decoded', body } as const)
      : await decodeBody(body, encoding, about.maxBodyBytes);
  if (decoding.kind !== 'decoded') return { kind: 'failed', ...explainDecoding(decoding, about) };
  const { status, statusText, httpVersion, headers } = head;
  const response: Writable<WireResponse> = {
    status,
    statusText,
    httpVersion,
    headers,
    body: decoding.body,
    text: createBodyText(decoding.body, head.all('content-type')[0]),
    timing,
    redirects,
    url: request.url,
  };
  if (certificate !== undefined) response.certificate = certificate;
  return { kind: 'answered', response };
}

/** An exchange that cannot begin. */
export function refuseExchange(request: WireRequest, message: string): Exchange {
  return {
    sentHeaders: request.headers,
    sent: 'no',
    durationMs: 0,
    at: Date.now(),
    result: { kind: 'failed', reason: 'protocol', message },
  };
}
