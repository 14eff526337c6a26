import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { Timing, WireRequest } from '../../src/run/wire.ts';
import { openHttp2Server } from '../support/http2-server.ts';
import { openProxyServer } from '../support/proxy-server.ts';
import { selfSigned } from '../support/self-signed.ts';
import { openTargetServer, openTlsTargetServer } from '../support/target-server.ts';
import { request, responseOf, silent } from './exchanges.ts';

const tls = { ca: selfSigned.cert };

let effects: WireEffects;

beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(() => effects.close());

async function timing(url: string, given: Partial<WireRequest> = {}): Promise<Timing> {
  const { timing: told } = responseOf(await effects.send(request(url, given), silent));
  if (told === undefined) throw new Error('no timing');
  return told;
}

/** Which phases took any time. */
function phases({ dns, tcp, tls }: Timing): Record<string, boolean> {
  return { dns: dns > 0, tcp: tcp > 0, tls: tls > 0 };
}

/** The phases follow each other, before the first byte; the last byte comes last. */
function expectOrder({ dns, tcp, tls, firstByte, total }: Timing): void {
  expect(dns + tcp + tls).toBeLessThanOrEqual(firstByte);
  expect(firstByte).toBeLessThanOrEqual(total);
  expect(firstByte).toBeGreaterThan(0);
}

const kept = { dns: false, tcp: false, tls: false };

describe('phases of a new connection, and none of a kept one', () => {
  test('over http', async () => {
    const server = await openTargetServer();
    const first = await timing(server.url('/ok'));
    const second = await timing(server.url('/ok'));
    await server.close();
    expect(phases(first)).toEqual({ dns: false, tcp: true, tls: false });
    expect(phases(second)).toEqual(kept);
    expectOrder(first);
    expectOrder(second);
  });

  test('with a name to look up', async () => {
    const server = await openTargetServer();
    const first = await timing(`http://localhost:${server.port}/ok`);
    await server.close();
    expect(phases(first)).toEqual({ dns: true, tcp: true, tls: false });
    expectOrder(first);
  });

  test.each([false, true])('over TLS, with HTTP/2: %s', async (http2) => {
    const server = http2 ? await openHttp2Server('https') : await openTlsTargetServer();
    const first = await timing(server.url('/ok'), { tls, http2 });
    const second = await timing(server.url('/ok'), { tls, http2 });
    await effects.close();
    await server.close();
    expect(phases(first)).toEqual({ dns: false, tcp: true, tls: true });
    expect(phases(second)).toEqual(kept);
    expectOrder(first);
  });

  test('through a tunnel', async () => {
    const proxy = await openProxyServer();
    const server = await openTlsTargetServer();
    const first = await timing(server.url('/ok'), { tls, proxy: proxy.url });
    await server.close();
    await proxy.close();
    expect(phases(first)).toEqual({ dns: false, tcp: true, tls: true });
    expectOrder(first);
  });

  test('after a connection that the server closed', async () => {
    const server = await openTargetServer();
    await timing(server.url('/then-close'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await timing(server.url('/ok'));
    await server.close();
    expect(phases(second)).toEqual({ dns: false, tcp: true, tls: false });
  });
});

test('the first byte comes before the last', async () => {
  const server = await openTargetServer();
  const { firstByte, total } = await timing(server.url('/drip'));
  await server.close();
  expect(firstByte).toBeLessThan(total);
});
