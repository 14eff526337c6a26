import createConnector from 'undici/lib/core/connect.js';
import type { Certificate } from '../run/wire.ts';
import type { Connection } from './connection.ts';
import { createHttp1Connection } from './http1-connection.ts';
import { type Connect, createOpening } from './opening.ts';
import type { Route } from './route.ts';

/** The connections of one sender; a request takes one, and gives it back when its answer was read to the end. */
export interface Connections {
  /** To be awaited before the first `take` of a route. */
  prepare(route: Route): Promise<void>;
  take(route: Route): Connection;
  giveBack(connection: Connection): void;
  drop(connection: Connection): Promise<void>;
  close(): Promise<void>;
}

export function openConnections(): Connections {
  const connect = createConnector({ allowH2: false, timeout: 0 });
  const open = new Set<Connection>();
  const certificates = new Map<string, Certificate>();
  const idle = new Map<string, Connection[]>();
  let http2: typeof import('./http2-connection.ts') | undefined;

  function create(route: Route): Connection {
    const own = route.tls === undefined ? connect : createTlsConnect(route.tls);
    const connection =
      route.http2 && http2 !== undefined
        ? http2.createHttp2Connection(route, own, certificates)
        : createHttp1Connection(route, createOpening(route, own, certificates));
    open.add(connection);
    return connection;
  }
  function drop(connection: Connection): Promise<void> {
    open.delete(connection);
    return connection.destroy();
  }
  return {
    async prepare(route) {
      if (route.http2) http2 ??= await import('./http2-connection.ts');
    },
    take: (route) => idle.get(route.key)?.pop() ?? create(route),
    giveBack(connection) {
      connection.rest();
      const { key } = connection.route;
      const others = idle.get(key);
      if (others === undefined) idle.set(key, [connection]);
      else others.push(connection);
    },
    drop,
    async close() {
      idle.clear();
      await Promise.all([...open].map(drop));
    },
  };
}

function createTlsConnect({ ca, cert, key, insecure }: NonNullable<Route['tls']>): Connect {
  return createConnector({
    allowH2: false,
    timeout: 0,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(insecure === true && { rejectUnauthorized: false }),
  });
}
