import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Certificate, TlsSettings } from '../run/wire.ts';
import type { Connection, Listener } from './connection.ts';
import { createHttp1Connection } from './http1-connection.ts';
import { sendStream } from './http2-stream.ts';
import { type Connect, createOpening, type Opening } from './opening.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Route } from './route.ts';

/**
 * HTTP/2 (RFC 9113) with one stream at a time. A server that chooses HTTP/1.1 while TLS is agreed on is
 * spoken to in that.
 * @param http1Connect opens sockets for HTTP/1.1 alone.
 */
export function createHttp2Connection(
  route: Route,
  http1Connect: Connect,
  certificates: Map<string, Certificate>,
): Connection {
  const opening = createOpening(route, createAlpnConnect(route.tls), certificates);
  const later = createOpening(route, http1Connect, certificates);
  let session: ClientHttp2Session | undefined;
  let fallback: Connection | undefined;
  let fail: ((error: Error) => void) | undefined;

  function start(request: PreparedRequest, listener: Listener): void {
    opening.connect(addressOf(route.origin), (error, socket) => {
      if (socket === null) return listener.onError(error);
      if (route.secure && !isHttp2(socket)) {
        fallback = createHttp1Connection(route, handOver(opening, socket, later));
        return fallback.dispatch(request, listener);
      }
      session = openSession(route.origin, socket);
      fail = sendStream(session, request, listener);
    });
  }
  return {
    route,
    dispatch(request, listener) {
      if (fallback !== undefined) fallback.dispatch(request, listener);
      else if (session === undefined || session.closed || session.destroyed) start(request, listener);
      else fail = sendStream(session, request, listener);
    },
    connectFailure: () => fallback?.connectFailure() ?? opening.failure(),
    takePhases: () => (fallback ?? opening).takePhases(),
    certificate: () => (fallback ?? opening).certificate(),
    httpVersion: () => fallback?.httpVersion() ?? '2',
    rest: () => fallback?.rest(),
    async destroy() {
      opening.abandon();
      session?.destroy();
      fail?.(Object.assign(new Error('The connection was given up'), { code: 'UND_ERR_DESTROYED' }));
      await fallback?.destroy();
    },
  };
}

function openSession(origin: string, socket: Socket): ClientHttp2Session {
  const settings = { enablePush: false, initialWindowSize: 2 ** 20 };
  const session = connectHttp2(origin, { createConnection: () => socket, settings });
  // Its streams tell what went wrong; left without a listener it would be an exception.
  session.on('error', () => undefined);
  // While a request is under way its timer keeps the process; an idle session should not.
  session.unref();
  return session;
}

function isHttp2(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
}

function addressOf(origin: string): Parameters<Connect>[0] {
  const { host, hostname, protocol, port } = new URL(origin);
  return { host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port };
}

/** Opens sockets on which the server may choose HTTP/2 (RFC 7301). */
function createAlpnConnect({ ca, cert, key, insecure }: TlsSettings = {}): Connect {
  return ({ hostname, protocol, port, httpSocket }, callback) => {
    const secure = protocol === 'https:';
    const address = { host: hostname, port: Number(port || (secure ? 443 : 80)) };
    const socket = secure
      ? connectTls({
          ...address,
          ...(httpSocket && { socket: httpSocket }),
          ...(isIP(hostname) === 0 && { servername: hostname }),
          ALPNProtocols: ['h2', 'http/1.1'],
          ca,
          cert,
          key,
          rejectUnauthorized: insecure !== true,
        })
      : connectPlain(address);
    const onError = (error: Error) => callback(error, null);
    socket.setNoDelay(true);
    socket.once('error', onError);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.off('error', onError);
      callback(null, socket);
    });
    return socket;
  };
}

/** Gives the socket that is there, and afterwards those that are opened later. */
function handOver(first: Opening, socket: Socket, later: Opening): Opening {
  let current = first;
  let ready: Socket | undefined = socket;
  return {
    connect(options, callback) {
      if (ready === undefined) {
        current = later;
        return later.connect(options, callback);
      }
      const given = ready;
      ready = undefined;
      // undici does not expect an answer while it asks.
      return queueMicrotask(() => callback(null, given));
    },
    socket: () => current.socket(),
    failure: () => current.failure(),
    takePhases: () => current.takePhases(),
    certificate: () => current.certificate(),
    abandon: () => current.abandon(),
  };
}
