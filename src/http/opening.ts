import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { Certificate } from '../run/wire.ts';
import { readCertificate } from './certificate.ts';
import { readClockMs } from './clock.ts';
import { type HttpProxy, needsTunnel, type Route } from './route.ts';

export type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** Milliseconds. */
export interface Phases {
  readonly dns: number;
  readonly tcp: number;
  readonly tls: number;
}

export interface ConnectFailure {
  readonly error: Error;
  /** What failed, for people: host and port of the origin, or the proxy before it. */
  readonly place: string;
}

/** Opens the sockets of one connection, one after the other. */
export interface Opening {
  /** As undici's Client wants it. */
  connect(options: buildConnector.Options, callback: buildConnector.Callback): void;
  socket(): Socket | undefined;
  /** Of the last connect, where it failed: nothing was sent then. */
  failure(): ConnectFailure | undefined;
  /** Of the last connect; told once. */
  takePhases(): Phases | undefined;
  certificate(): Certificate | undefined;
  /** Ends what is still being opened. */
  abandon(): void;
}

/**
 * @param connect speaks TCP, and TLS where the target's scheme asks for it.
 * @param certificates those seen so far, by route: a resumed TLS session does not show it again.
 */
export function createOpening(
  route: Route,
  connect: Connect,
  certificates: Map<string, Certificate>,
): Opening {
  let socket: Socket | undefined;
  let abandon: (() => void) | undefined;
  let failure: ConnectFailure | undefined;
  let phases: Phases | undefined;
  let certificate: Certificate | undefined;
  return {
    connect(options, callback) {
      socket = undefined;
      certificate = undefined;
      failure = undefined;
      const watch = createWatch(route.secure);
      abandon = openRoute(route, connect, options, watch, (opened) => {
        if (opened.kind === 'failed') {
          failure = opened.failure;
          return callback(opened.failure.error, null);
        }
        socket = opened.socket;
        phases = watch.read();
        return callback(null, opened.socket);
      });
    },
    socket: () => socket,
    failure: () => failure,
    takePhases() {
      const taken = phases;
      phases = undefined;
      return taken;
    },
    certificate() {
      if (!route.secure || socket === undefined) return undefined;
      certificate ??= readCertificate(socket) ?? certificates.get(route.key);
      if (certificate !== undefined) certificates.set(route.key, certificate);
      return certificate;
    },
    abandon: () => abandon?.(),
  };
}

type Opened =
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'failed'; readonly failure: ConnectFailure };

/** Gives what ends it. */
function openRoute(
  route: Route,
  connect: Connect,
  options: buildConnector.Options,
  watch: Watch,
  opened: (result: Opened) => void,
): () => void {
  const { proxy } = route;
  if (proxy !== undefined && needsTunnel(route)) {
    return openThroughTunnel(route, proxy, connect, options, watch, opened);
  }
  const [place, to] = proxy === undefined ? [route.place, options] : [nameOf(proxy), proxyOptions(proxy)];
  return openSocket(place, connect, to, watch, opened);
}

function openSocket(
  place: string,
  connect: Connect,
  options: buildConnector.Options,
  watch: Watch,
  opened: (result: Opened) => void,
): () => void {
  try {
    const socket = connect(options, (error, open) => {
      if (error !== null) opened({ kind: 'failed', failure: { error, place } });
      else opened({ kind: 'open', socket: open });
    });
    watch.follow(socket);
    return () => socket.destroy();
  } catch (error) {
    // Node's TLS throws at a certificate or key that it cannot read.
    const failure = { error: error instanceof Error ? error : new Error(String(error)), place };
    queueMicrotask(() => opened({ kind: 'failed', failure }));
    return () => undefined;
  }
}

function openThroughTunnel(
  route: Route,
  proxy: HttpProxy,
  connect: Connect,
  options: buildConnector.Options,
  watch: Watch,
  opened: (result: Opened) => void,
): () => void {
  let abandoned = false;
  let abandon = () => {
    abandoned = true;
  };
  void import('./tunnel.ts').then(({ openTunnel }) => {
    if (abandoned) return;
    abandon = openTunnel(proxy, route, (tunnel) => {
      if (tunnel instanceof Error) {
        return opened({ kind: 'failed', failure: { error: tunnel, place: nameOf(proxy) } });
      }
      watch.connected();
      if (!route.secure) return opened({ kind: 'open', socket: tunnel });
      abandon = openSocket(route.place, connect, { ...options, httpSocket: tunnel }, watch, opened);
    });
  });
  return () => abandon();
}

function nameOf({ place }: HttpProxy): string {
  return `the proxy ${place}`;
}

function proxyOptions({ url }: HttpProxy): buildConnector.Options {
  const { host, hostname, protocol, port } = url;
  return { host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port };
}

interface Watch {
  follow(socket: Socket): void;
  connected(): void;
  read(): Phases;
}

function createWatch(secure: boolean): Watch {
  const startedAt = readClockMs();
  let lookedUpAt: number | undefined;
  let connectedAt: number | undefined;
  return {
    follow(socket) {
      socket.once('lookup', () => {
        lookedUpAt ??= readClockMs();
      });
      socket.once('connect', () => {
        connectedAt ??= readClockMs();
      });
    },
    connected() {
      connectedAt = readClockMs();
    },
    read() {
      const now = readClockMs();
      const connectStart = lookedUpAt ?? startedAt;
      const tcpEnd = secure ? (connectedAt ?? now) : now;
      return { dns: connectStart - startedAt, tcp: tcpEnd - connectStart, tls: now - tcpEnd };
    },
  };
}
