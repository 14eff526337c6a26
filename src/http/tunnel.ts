import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { HttpProxy, Route } from './route.ts';

/** A proxy that was reached, but gives no tunnel. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
}

/** Asks a proxy for a tunnel to the origin (RFC 9110, 9.3.6). Gives what ends it. */
export function openTunnel(
  proxy: HttpProxy,
  { place, tls }: Route,
  opened: (tunnel: Socket | Error) => void,
): () => void {
  const { url, authorization } = proxy;
  const connect = url.protocol === 'https:' ? requestSecure : requestPlain;
  const request = connect({
    agent: false,
    method: 'CONNECT',
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || undefined,
    path: place,
    headers: { host: place, ...(authorization && { 'proxy-authorization': authorization }) },
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    ...(tls?.insecure === true && { rejectUnauthorized: false }),
  });
  request.once('connect', ({ statusCode = 0, statusMessage = '' }, socket, first) => {
    if (statusCode < 200 || statusCode > 299) {
      socket.destroy();
      return opened(new TunnelError(`${statusCode} ${statusMessage}`.trim()));
    }
    if (first.length > 0) socket.unshift(first);
    opened(socket as Socket);
  });
  request.once('error', (error) => opened(hungUp(error) ? new TunnelError('no answer') : error));
  // Left without a listener, an error after the end would be an exception.
  request.on('error', () => undefined);
  request.end();
  return () => request.destroy();
}

// Node's own error for a connection that ends before an answer; the system's errors name a call.
function hungUp(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' && error.syscall !== 'connect';
}
