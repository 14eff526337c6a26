import { createHmac, hash } from 'node:crypto';
import { nodeDigests } from '../query/node-digests.ts';
import type { Effects } from '../run/ports.ts';
import { openConnections } from './connections.ts';
import { createDigestSessions } from './digest-session.ts';
import { sendRequest } from './follow.ts';

export interface EffectsOptions {
  /** Of reqflo: sent as `user-agent: reqflo/VERSION` unless the request has its own. */
  readonly version: string;
  /** Largest body of an answer, before and after decoding; default 64 MiB. */
  readonly maxBodyBytes?: number;
}

/** Sends over HTTP/1.1, or HTTP/2 where it is asked for, with connections kept alive. */
export interface WireEffects extends Effects {
  /** Ends every connection; a sending that is still under way fails. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 64 * 1024 * 1024;

export function createEffects(options: EffectsOptions): WireEffects {
  const connections = openConnections();
  const sender = {
    connections,
    digests: createDigestSessions(),
    userAgent: `reqflo/${options.version}`,
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
  };
  return {
    send: (request, signal) => sendRequest(sender, request, signal),
    digests: nodeDigests,
    sha256: (data) => hash('sha256', data, 'hex'),
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    close: () => connections.close(),
  };
}
