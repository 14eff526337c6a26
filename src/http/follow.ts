import type { CancelSignal } from '../run/ports.ts';
import type { Exchange, Hop, WireRequest, WireResponse } from '../run/wire.ts';
import { hasHeader, type Leg, type Sender, sendLeg } from './leg.ts';
import { followRedirect, readLocation } from './redirect.ts';

/** Sends a request, answers a Digest challenge, and follows redirects as far as the request allows it. */
export async function sendRequest(
  sender: Sender,
  request: WireRequest,
  signal: CancelSignal,
): Promise<Exchange> {
  let leg: Leg = { request, spentMs: 0, redirects: 0, strayed: false, challenged: false };
  let cookies: Exchange['cookies'];
  const hops: Hop[] = [];
  for (;;) {
    const exchange = await sendLeg(sender, leg, signal);
    cookies = exchange.cookies ?? cookies;
    const { result } = exchange;
    const next = result.kind === 'answered' ? nextLeg(sender, leg, result.response) : undefined;
    if (result.kind === 'failed' || next === undefined) return conclude(leg, exchange, hops, cookies);
    hops.push(createHop(leg.request, exchange, result.response));
    leg = {
      ...next,
      spentMs: leg.spentMs + exchange.durationMs,
      request: { ...next.request, ...(cookies && { cookies }) },
    };
  }
}

function nextLeg(sender: Sender, leg: Leg, response: WireResponse): Leg | undefined {
  const { request, redirects, challenged } = leg;
  if (request.digest !== undefined && !challenged && !hasHeader(request.headers, 'authorization')) {
    if (sender.digests.takeUp(new URL(request.url).origin, response)) return { ...leg, challenged: true };
  }
  const location = readLocation(response);
  if (location === undefined || redirects >= (request.followRedirects ?? 0)) return undefined;
  const next = followRedirect(request, response.status, location);
  return {
    ...leg,
    request: next.request,
    redirects: redirects + 1,
    strayed: leg.strayed || next.strays,
    challenged: false,
  };
}

function createHop(
  { method, url }: WireRequest,
  { sentHeaders, durationMs }: Exchange,
  response: WireResponse,
): Hop {
  const { status, statusText, httpVersion, headers } = response;
  const location = readLocation(response);
  return {
    method,
    url,
    sentHeaders,
    status,
    statusText,
    httpVersion,
    headers,
    ...(location !== undefined && { location }),
    durationMs,
  };
}

function conclude(
  { request, spentMs, redirects }: Leg,
  exchange: Exchange,
  hops: readonly Hop[],
  cookies: Exchange['cookies'],
): Exchange {
  if (hops.length === 0) return exchange;
  const { cookies: _, ...last } = exchange;
  const whole = { ...last, hops, durationMs: spentMs + exchange.durationMs, ...(cookies && { cookies }) };
  if (redirects === 0) return whole;
  const { method, url, body } = request;
  return {
    ...whole,
    redirected: { method, url, ...(body !== undefined && { body }) },
    // What was answered with a redirect did arrive.
    sent: exchange.sent === 'no' ? 'yes' : exchange.sent,
    result: afterRedirect(exchange.result),
  };
}

function afterRedirect(result: Exchange['result']): Exchange['result'] {
  return result.kind === 'failed' ? { ...result, message: `after a redirect: ${result.message}` } : result;
}
