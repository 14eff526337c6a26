import type { CancelSignal, Exchange, WireRequest, WireResponse } from '../run/ports.ts';
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
  const facts = { durationMs: readClockMs() - startedAt, at };
  if (transmission.kind === 'broken') {
    const result = { kind: 'failed', ...explainBroken(transmission, about) } as const;
    const sentHeaders = headersSent(prepared, transmission.http2);
    return { ...facts, sentHeaders, sent: sentAt[transmission.phase], result };
  }
  const { head } = transmission;
  const cookies = jar && (await keepCookies(jar, prepared.target.url, head.all('set-cookie'), at));
  return {
    ...facts,
    sentHeaders: headersSent(prepared, head.httpVersion === '2'),
    sent: 'yes',
    ...(cookies && { cookies }),
    result: await readAnswer(transmission, leg, about),
  };
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
  const decoding = await decodeBody(body, encoding, about.maxBodyBytes);
  if (decoding.kind !== 'decoded') return { kind: 'failed', ...explainDecoding(decoding, about) };
  const { status, statusText, httpVersion, headers } = head;
  const response: WireResponse = {
    status,
    statusText,
    httpVersion,
    headers,
    body: decoding.body,
    text: createBodyText(decoding.body, head.all('content-type')[0]),
    timing,
    redirects,
    url: request.url,
    ...(certificate && { certificate }),
  };
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
