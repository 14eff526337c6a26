import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { CancelSignal } from '../../src/run/ports.ts';
import {
  findRefusedPlace,
  openTargetServer,
  openTlsTargetServer,
  type TargetServer,
} from '../support/target-server.ts';
import { failureOf, request, silent } from './exchanges.ts';

let server: TargetServer;
let effects: WireEffects;

beforeAll(async () => {
  server = await openTargetServer();
});
afterAll(() => server.close());
beforeEach(() => {
  effects = createEffects({ version: '1.2.3', maxBodyBytes: 2 ** 20 });
});
afterEach(() => effects.close());

describe('after the request left', () => {
  const table = [
    ['/reset', 'reset', 'maybe', 'PLACE closed the connection without an answer'],
    ['/close', 'reset', 'maybe', 'PLACE closed the connection without an answer'],
    ['/close-mid-head', 'cutOff', 'yes', 'PLACE broke off its answer after 0 bytes of the body'],
    ['/close-mid-body', 'cutOff', 'yes', 'PLACE broke off its answer after 5 bytes of the body'],
    ['/close-mid-chunk', 'cutOff', 'yes', 'PLACE broke off its answer after 5 bytes of the body'],
    ['/reset-mid-body', 'cutOff', 'yes', 'PLACE broke off its answer after 5 bytes of the body'],
    ['/garbage', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: Expected HTTP/'],
    ['/bad-header', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: Invalid header token'],
    ['/bad-length', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: Invalid character in Con'],
    ['/bad-chunk', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: Invalid character in chunk'],
    ['/unasked-upgrade', 'protocol', 'yes', 'the answer of PLACE is no valid HTTP: bad upgrade'],
    ['/gzip-bomb', 'tooLarge', 'yes', 'the answer of PLACE is too large: more than 1048576 bytes'],
    ['/huge', 'tooLarge', 'yes', 'the answer of PLACE is too large: more than 1048576 bytes'],
    ['/huge-declared', 'tooLarge', 'yes', 'the answer of PLACE is too large: 10000000000 bytes, more'],
    ['/big-header', 'tooLarge', 'yes', 'the headers of PLACE are too large: more than 65536 bytes'],
    ['/hang', 'timeout', 'maybe', 'no answer from PLACE within 80 ms'],
    ['/hang-mid-body', 'timeout', 'yes', 'no complete answer from PLACE within 80 ms'],
  ] as const;
  const both = table.flatMap(([path, ...expected]) => [
    { method: 'GET', path, expected },
    { method: 'POST', path, expected },
  ]);

  test.each(both)('$method $path: $expected.0, and it is sent once', async ({ method, path, expected }) => {
    const before = server.seen.length;
    const timeoutMs = path.startsWith('/hang') ? 80 : 20_000;
    const exchange = await effects.send(request(server.url(path), { method, timeoutMs }), silent);
    const [reason, sent, message] = expected;
    expect(failureOf(exchange)).toEqual({
      kind: 'failed',
      reason,
      message: expect.stringContaining(message.replace('PLACE', server.place)),
    });
    expect(exchange.sent).toBe(sent);
    expect(server.seen.slice(before).map((seen) => seen.path)).toEqual([path]);
  });

  test('the sender goes on after each of them', async () => {
    for (const [path] of table) {
      await effects.send(
        request(server.url(path), { timeoutMs: path.startsWith('/hang') ? 20 : 20_000 }),
        silent,
      );
      const { result } = await effects.send(request(server.url('/ok')), silent);
      expect(result).toMatchObject({ kind: 'answered' });
    }
  });
});

describe('before the request left', () => {
  test('nobody listens', async () => {
    const place = await findRefusedPlace();
    const exchange = await effects.send(request(`http://${place}/`, { method: 'POST', body: 'x' }), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'refused',
      message: `connection refused by ${place}`,
    });
    expect(exchange.sent).toBe('no');
  });

  test('nobody listens on any address of a name', async () => {
    const port = (await findRefusedPlace()).split(':')[1];
    const exchange = await effects.send(request(`http://localhost:${port}/`), silent);
    expect(failureOf(exchange)).toMatchObject({ message: `connection refused by localhost:${port}` });
  });

  test('the name has no address', async () => {
    const exchange = await effects.send(request('http://nosuch.invalid/'), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'dns',
      message: expect.stringContaining('no address found for nosuch.invalid:80'),
    });
    expect(exchange.sent).toBe('no');
  });

  test('the certificate is not trusted', async () => {
    const secure = await openTlsTargetServer();
    const exchange = await effects.send(request(secure.url('/ok')), silent);
    await secure.close();
    expect(failureOf(exchange)).toMatchObject({
      reason: 'tls',
      message: `no TLS with ${secure.place}: self-signed certificate`,
    });
    expect(exchange.sent).toBe('no');
    expect(secure.seen).toEqual([]);
  });

  test('TLS is asked of a server that has none', async () => {
    const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const place = await listen(plain);
    const exchange = await effects.send(request(`https://${place}/`), silent);
    plain.close();
    expect(failureOf(exchange)).toMatchObject({
      reason: 'tls',
      message: `no TLS with ${place}: wrong version number (is it plain http there?)`,
    });
    expect(exchange.sent).toBe('no');
  });

  test('the handshake is broken off', async () => {
    const plain = createServer((socket) => socket.once('data', () => socket.destroy()));
    const place = await listen(plain);
    const exchange = await effects.send(request(`https://${place}/`), silent);
    plain.close();
    expect(failureOf(exchange)).toMatchObject({ reason: 'tls' });
    expect(exchange.sent).toBe('no');
  });

  test('the handshake is never answered: the half-open connection goes with the request', async () => {
    const mute = createServer((socket) => socket.resume());
    const place = await listen(mute);
    const exchange = await effects.send(request(`https://${place}/`, { timeoutMs: 80 }), silent);
    expect(failureOf(exchange)).toMatchObject({
      reason: 'timeout',
      message: `no connection to ${place} within 80 ms`,
    });
    expect(exchange.sent).toBe('no');
    mute.close();
    await once(mute, 'close');
  });
});

async function listen(plain: Server): Promise<string> {
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const address = plain.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `127.0.0.1:${address.port}`;
}

describe('stopped by its signal', () => {
  test('before it begins: nothing is sent', async () => {
    const before = server.seen.length;
    const exchange = await effects.send(request(server.url('/ok')), AbortSignal.abort());
    expect(failureOf(exchange)?.message).toBe(`stopped before the request to ${server.place} left`);
    expect(exchange.sent).toBe('no');
    expect(server.seen.length).toBe(before);
  });

  test.each([
    ['/hang', 'reset', 'maybe'],
    ['/hang-mid-body', 'cutOff', 'yes'],
  ] as const)('while waiting on %s', async (path, reason, sent) => {
    const before = server.seen.length;
    const controller = new AbortController();
    const sending = effects.send(request(server.url(path)), controller.signal);
    await vi.waitFor(() => expect(server.seen.length).toBe(before + 1));
    // A turn for the first bytes of the answer.
    await new Promise((resolve) => setTimeout(resolve, 30));
    controller.abort();
    const exchange = await sending;
    expect(failureOf(exchange)?.reason).toBe(reason);
    expect(exchange.sent).toBe(sent);
  });

  test('by a signal that is no AbortSignal, with one listener for all sendings', async () => {
    const listeners = new Set<() => void>();
    const signal: CancelSignal = {
      aborted: false,
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    };
    const answered = await effects.send(request(server.url('/')), signal);
    expect(failureOf(answered)).toBeUndefined();
    const sendings = [1, 2].map(() => effects.send(request(server.url('/hang')), signal));
    await vi.waitFor(() => expect(listeners.size).toBe(1));
    for (const listener of listeners) listener();
    for (const exchange of await Promise.all(sendings)) {
      expect(failureOf(exchange)?.message).toContain('stopped before');
    }
    expect(listeners.size).toBe(1);
  });

  test('by closing the sender', async () => {
    const before = server.seen.length;
    const sending = effects.send(request(server.url('/hang')), silent);
    await vi.waitFor(() => expect(server.seen.length).toBe(before + 1));
    await effects.close();
    const exchange = await sending;
    expect(failureOf(exchange)?.message).toBe(`stopped before ${server.place} answered`);
    expect(exchange.sent).toBe('maybe');
  });
});
