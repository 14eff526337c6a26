import type { CancelSignal, Exchange, WireRequest, WireResponse } from '../run/ports.ts';
import { createBodyText } from './body-text.ts';
import type { Connections } from './connections.ts';
import { decodeBody } from './content-encoding.ts';
import { keepCookies } from './cookies.ts';
import { type Circumstances, explainBroken, explainDecoding } from './failure.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { type Answer, type Phase, transmit } from './transmit.ts';

const sentAt: Record<Phase, Exchange['sent']> = { connecting: 'no', sent: 'maybe', answering: 'yes' };

export interface Sender {
  readonly connections: Connections;
  /** Of an answer, before and after decoding. */
  readonly maxBodyBytes: number;
}

/** Sends a prepared request and tells what came of it. */
export async function makeExchange(
  { connections, maxBodyBytes }: Sender,
  { timeoutMs, cookies: jar }: WireRequest,
  prepared: PreparedRequest,
  signal: CancelSignal,
): Promise<Exchange> {
  const { place, url } = prepared.target;
  const about: Circumstances = { place, timeoutMs, maxBodyBytes };
  const limits = { timeoutMs, bodyBytes: maxBodyBytes };
  const startedAt = performance.now();
  const transmission = await transmit(connections, prepared, limits, signal);
  const at = Date.now();
  const facts = { sentHeaders: prepared.sentHeaders, durationMs: performance.now() - startedAt, at };
  if (transmission.kind === 'broken') {
    const result = { kind: 'failed', ...explainBroken(transmission, about) } as const;
    return { ...facts, sent: sentAt[transmission.phase], result };
  }
  const cookies = await keepCookies(jar, url, transmission.head.all('set-cookie'), at);
  return {
    ...facts,
    sent: 'yes',
    ...(cookies && { cookies }),
    result: await readAnswer(transmission, about),
  };
}

async function readAnswer({ head, body }: Answer, about: Circumstances): Promise<Exchange['result']> {
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
