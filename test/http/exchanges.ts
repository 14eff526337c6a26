import type { Exchange, WireRequest, WireResponse } from '../../src/run/wire.ts';

/** A signal that never fires. */
export const silent: AbortSignal = new AbortController().signal;

/** A GET without anything, but for what is given. */
export function request(url: string, more: Partial<WireRequest> = {}): WireRequest {
  return { method: 'GET', url, headers: [], timeoutMs: 20_000, cookies: [], ...more };
}

export function failureOf({ result }: Exchange): Extract<Exchange['result'], { kind: 'failed' }> | undefined {
  return result.kind === 'failed' ? result : undefined;
}

export function responseOf({ result }: Exchange): WireResponse {
  if (result.kind === 'failed') throw new Error(`not answered: ${result.message}`);
  return result.response;
}
