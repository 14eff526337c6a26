import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/http/connection.ts';
import { type Connections, openConnections } from '../../src/http/connections.ts';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import { prepareRequest } from '../../src/http/prepared-request.ts';
import { readRoute } from '../../src/http/route.ts';
import { readTarget } from '../../src/http/target.ts';
import { transmit } from '../../src/http/transmit.ts';
import { openTargetServer, type TargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

let server: TargetServer;
let effects: WireEffects;

beforeEach(async () => {
  server = await openTargetServer();
  effects = createEffects({ version: '1.2.3' });
});
afterEach(async () => {
  await effects.close();
  await server.close();
});

describe('a connection', () => {
  test('serves one request after the other', async () => {
    for (let count = 0; count < 20; count += 1) {
      const method = count % 2 === 0 ? 'GET' : 'POST';
      responseOf(await effects.send(request(server.url('/ok'), { method }), silent));
    }
    expect(server.seen.length).toBe(20);
    expect(server.connections()).toBe(1);
  });

  test('serves one request at a time', async () => {
    const url = server.url('/slow-head?ms=30');
    await Promise.all([1, 2, 3].map(() => effects.send(request(url), silent)));
    await Promise.all([1, 2, 3].map(() => effects.send(request(url), silent)));
    expect(server.connections()).toBe(3);
    expect(server.seen.map(({ turn }) => turn)).toEqual([1, 1, 1, 2, 2, 2]);
  });

  test('is not used again after `connection: close`', async () => {
    const headers = [['Connection', 'close']] as const;
    responseOf(await effects.send(request(server.url('/ok'), { headers }), silent));
    responseOf(await effects.send(request(server.url('/ok')), silent));
    expect(server.connections()).toBe(2);
  });

  test('may be one of many that hear one signal', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const { signal } = new AbortController();
    const url = server.url('/slow-head');
    await Promise.all(Array.from({ length: 20 }, () => effects.send(request(url), signal)));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('is not shared by two senders', async () => {
    const other = createEffects({ version: '1.2.3' });
    await effects.send(request(server.url('/ok')), silent);
    await other.send(request(server.url('/ok')), silent);
    await other.close();
    expect(server.connections()).toBe(2);
  });
});

describe('a connection that the server closes', () => {
  test.each(['GET', 'POST'])('while a %s is on it: sent once, and told', async (method) => {
    const url = server.url('/close-if-reused');
    responseOf(await effects.send(request(url, { method }), silent));
    const exchange = await effects.send(request(url, { method, body: 'order' }), silent);
    expect(failureOf(exchange)?.reason).toBe('reset');
    expect(exchange.sent).toBe('maybe');
    expect(server.seen.length).toBe(2);
    expect(server.connections()).toBe(1);
  });

  test.each(['/then-close', '/then-reset'])('%s: every POST is told as it went', async (path) => {
    for (let count = 0; count < 40; count += 1) {
      await effects.send(request(server.url(path)), silent);
      const before = server.seen.length;
      const exchange = await effects.send(request(server.url('/ok'), { method: 'POST' }), silent);
      const arrivals = server.seen.length - before;
      // It may meet the closing, but then it says so; and it never arrives twice.
      expect(exchange.sent === 'yes' ? [1] : [0, 1]).toContain(arrivals);
      expect(exchange.sent).not.toBe('no');
    }
  });

  test('before the request is written to it: another connection serves', async () => {
    const connections = openConnections();
    const post = request(server.url('/ok'), { method: 'POST' });
    const reading = readTarget(post.url);
    if (reading.kind === 'refused') throw new Error(reading.problem);
    const routing = readRoute(post, reading.target);
    if (routing.kind === 'refused') throw new Error(routing.problem);
    const preparation = prepareRequest(post, reading.target, '', 'test');
    if (preparation.kind === 'refused') throw new Error(preparation.problem);
    const limits = { timeoutMs: 20_000, bodyBytes: 100 };
    const transmission = await transmit(
      deadFirst(connections),
      routing.route,
      preparation.request,
      limits,
      silent,
    );
    await connections.close();
    expect(transmission.kind).toBe('answered');
    expect(server.seen.length).toBe(1);
  });
});

/** Connections of which the first was reset while it was idle. */
function deadFirst(connections: Connections): Connections {
  let taken = 0;
  return {
    ...connections,
    take(route): Connection {
      const connection = connections.take(route);
      taken += 1;
      if (taken > 1) return connection;
      const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      const dispatch: Connection['dispatch'] = (_request, listener) => {
        queueMicrotask(() => listener.onError(error));
      };
      return { ...connection, dispatch };
    },
  };
}
