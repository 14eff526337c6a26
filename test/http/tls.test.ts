import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEffects, type WireEffects } from '../../src/http/effects.ts';
import type { WireRequest } from '../../src/run/wire.ts';
import { selfSigned } from '../support/self-signed.ts';
import { answer, openTlsTargetServer, type TargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

const ca = selfSigned.cert;

let effects: WireEffects;
let secure: TargetServer;

beforeEach(() => {
  effects = createEffects({ version: '1.2.3' });
});
afterEach(async () => {
  await effects.close();
  await secure.close();
});

async function get(path: string, given: Partial<WireRequest> = {}) {
  return effects.send(request(secure.url(path), given), silent);
}

describe('a certificate that the system does not know', () => {
  beforeEach(async () => {
    secure = await openTlsTargetServer();
  });

  test.each([
    ['its authority', { ca }],
    ['no authority at all', { insecure: true }],
  ])('is taken with %s', async (_title, tls) => {
    expect(responseOf(await get('/ok', { tls })).text()).toBe('ok');
    expect(responseOf(await get('/ok', { tls: { ...tls } })).text()).toBe('ok');
    expect(secure.connections()).toBe(1);
  });

  test('is refused with another authority, or on a connection that another request opened', async () => {
    expect(responseOf(await get('/ok', { tls: { insecure: true } })).text()).toBe('ok');
    const exchange = await get('/ok', { tls: { insecure: false } });
    expect(failureOf(exchange)).toMatchObject({
      reason: 'tls',
      message: `no TLS with ${secure.place}: self-signed certificate`,
    });
    expect(exchange.sent).toBe('no');
  });

  test('is told', async () => {
    const { certificate } = responseOf(await get('/ok', { tls: { ca } }));
    expect(certificate).toEqual({
      subject: 'CN=localhost',
      issuer: 'CN=localhost',
      validFrom: '2026-11-25T22:46:33Z',
      validTo: '2126-11-01T22:46:33Z',
      subjectAltName: 'DNS:localhost, IP Address:127.0.0.1',
      serialNumber: '11C54EB5174D9EE5D9E93D809C9B565F1E703EB0',
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
    expect(responseOf(await get('/ok', { tls: { ca } })).certificate).toEqual(certificate);
  });

  test('is the same on a connection that resumes a session', async () => {
    const first = responseOf(await get('/then-close', { tls: { ca } })).certificate;
    expect(responseOf(await get('/ok', { tls: { ca } })).certificate).toEqual(first);
    expect(secure.connections()).toBe(2);
  });
});

describe('a certificate or key that cannot be read', () => {
  beforeEach(async () => {
    secure = await openTlsTargetServer();
  });

  test.each([
    ['cert', { ca, cert: 'nonsense', key: selfSigned.key }],
    ['key', { ca, cert: selfSigned.cert, key: 'nonsense' }],
  ])('%s', async (_title, tls) => {
    const exchange = await get('/ok', { tls });
    expect(failureOf(exchange)?.reason).toBe('tls');
    expect(exchange.sent).toBe('no');
    expect(secure.seen).toEqual([]);
  });
});

describe('a server that asks for the client’s certificate', () => {
  beforeEach(async () => {
    secure = await openTlsTargetServer(
      { requestCert: true, rejectUnauthorized: true, ca },
      {
        '/who': (socket) => {
          const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody';
          socket.write(answer([], String(name)));
        },
      },
    );
  });

  test('gets it', async () => {
    const tls = { ca, cert: selfSigned.cert, key: selfSigned.key };
    expect(responseOf(await get('/who', { tls })).text()).toBe('localhost');
  });

  test('refuses whoever has none', async () => {
    const exchange = await get('/who', { tls: { ca } });
    // With TLS 1.3 the refusal may cross the request on the way.
    expect(['tls', 'reset']).toContain(failureOf(exchange)?.reason);
    expect(secure.seen).toEqual([]);
  });
});
