import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Certificate } from '../run/wire.ts';

/** The certificate that the other side of a TLS connection showed. */
export function readCertificate(socket: Socket): Certificate | undefined {
  if (!isTls(socket)) return undefined;
  const shown: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (shown.fingerprint256 === undefined) return undefined;
  return {
    subject: renderName(shown.subject),
    issuer: renderName(shown.issuer),
    validFrom: renderInstant(shown.valid_from),
    validTo: renderInstant(shown.valid_to),
    subjectAltName: shown.subjectaltname ?? '',
    serialNumber: shown.serialNumber ?? '',
    fingerprint256: shown.fingerprint256,
  };
}

function isTls(socket: Socket): socket is TLSSocket {
  return 'getPeerCertificate' in socket;
}

function renderName(name: object | undefined): string {
  return Object.entries(name ?? {})
    .flatMap(([type, values]) => [values].flat().map((value) => `${type}=${value}`))
    .join(', ');
}

// OpenSSL writes `Nov 25 22:46:33 2026 GMT`.
function renderInstant(text: string | undefined): string {
  const instant = new Date(text ?? '');
  return Number.isNaN(instant.getTime()) ? (text ?? '') : instant.toISOString().replace('.000Z', 'Z');
}
