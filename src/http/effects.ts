import { createHash, createHmac } from 'node:crypto';
import type { CancelSignal, Effects, Exchange, WireRequest } from '../run/ports.ts';
import { openConnections } from './connections.ts';
import { cookiesFor } from './cookies.ts';
import { makeExchange, refuseExchange } from './exchange.ts';
import { prepareRequest } from './prepared-request.ts';
import { readTarget } from './target.ts';

export interface EffectsOptions {
  /** Of reqflo: sent as `user-agent: reqflo/VERSION` unless the request has its own. */
  readonly version: string;
  /** Largest body of an answer, before and after decoding; default 64 MiB. */
  readonly maxBodyBytes?: number;
}

/** Sends over HTTP/1.1, with connections kept alive. */
export interface WireEffects extends Effects {
  /** Ends every connection; a sending that is still under way fails. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 64 * 1024 * 1024;

export function createEffects(options: EffectsOptions): WireEffects {
  const connections = openConnections();
  const sender = { connections, maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes };
  const userAgent = `reqflo/${options.version}`;

  async function send(request: WireRequest, signal: CancelSignal): Promise<Exchange> {
    const reading = readTarget(request.url);
    if (reading.kind === 'refused') return refuseExchange(request, reading.problem);
    const { target } = reading;
    const cookies = await cookiesFor(request.cookies, target.url);
    const preparation = prepareRequest(request, target, cookies, userAgent);
    if (preparation.kind === 'refused') return refuseExchange(request, preparation.problem);
    return makeExchange(sender, request, preparation.request, signal);
  }
  return {
    send,
    sha256: (data) => createHash('sha256').update(data).digest('hex'),
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    close: () => connections.close(),
  };
}
