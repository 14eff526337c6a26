import { expect, test } from 'vitest';
import { explainBroken } from '../../src/http/failure.ts';

const about = { place: 'shop.example:443', timeoutMs: 1000, maxBodyBytes: 10 };

function failed(code: string, syscall?: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
}

test.each([
  [failed('ECONNREFUSED', 'connect'), 'refused', 'connection refused by shop.example:443'],
  [failed('EHOSTUNREACH', 'connect'), 'refused', 'shop.example:443 cannot be reached (EHOSTUNREACH)'],
  [failed('ETIMEDOUT', 'connect'), 'timeout', 'no connection to shop.example:443 (ETIMEDOUT)'],
  [failed('ECONNRESET', 'connect'), 'reset', 'shop.example:443 closed the connection at once'],
  [failed('ENOTFOUND', 'getaddrinfo'), 'dns', 'no address found for shop.example:443 (ENOTFOUND)'],
  [failed('EAI_AGAIN', 'getaddrinfo'), 'dns', 'no address found for shop.example:443 (EAI_AGAIN)'],
  [failed('CERT_HAS_EXPIRED'), 'tls', 'no TLS with shop.example:443: undefined CERT_HAS_EXPIRED'],
  [
    new AggregateError([failed('ENETUNREACH', 'connect'), failed('ECONNREFUSED', 'connect')]),
    'refused',
    'connection refused by shop.example:443',
  ],
  [
    new AggregateError([failed('ENETUNREACH', 'connect'), failed('EHOSTUNREACH', 'connect')]),
    'refused',
    'shop.example:443 cannot be reached (ENETUNREACH)',
  ],
])('no connection: %s', (error, reason, message) => {
  const cause = { kind: 'connect', error, place: about.place } as const;
  const broken = {
    kind: 'broken',
    phase: 'connecting',
    cause,
    receivedBytes: 0,
    http2: false,
    kept: false,
  } as const;
  expect(explainBroken(broken, about)).toEqual({ reason, message });
});

test.each([
  ['sent', failed('EPIPE', 'write'), 'reset', 'shop.example:443 closed the connection without an answer'],
  [
    'answering',
    failed('ETIMEDOUT', 'read'),
    'cutOff',
    'shop.example:443 broke off its answer after 7 bytes of the body',
  ],
  ['sent', failed('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls', 'no TLS with shop.example:443: '],
  [
    'connecting',
    failed('UND_ERR_INVALID_ARG'),
    'protocol',
    'the request to shop.example:443 cannot be sent: ',
  ],
] as const)('a connection that breaks when %s: %s', (phase, error, reason, message) => {
  const cause = { kind: 'wire', error } as const;
  expect(
    explainBroken({ kind: 'broken', phase, cause, receivedBytes: 7, http2: false, kept: false }, about),
  ).toEqual({
    reason,
    message: expect.stringContaining(message),
  });
});
