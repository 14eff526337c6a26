import type { FailedSend } from '../run/outcome.ts';
import type { Decoding } from './content-encoding.ts';
import { maxHeaderBytes } from './http1-connection.ts';
import type { ConnectFailure } from './opening.ts';
import { type Broken, isBrokenConnection, isRefusedStream, type Phase } from './transmit.ts';

export interface Failure {
  readonly reason: FailedSend;
  /** For a person: `connection refused by 127.0.0.1:4010`. */
  readonly message: string;
}

export interface Circumstances {
  /** Host and port. */
  readonly place: string;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

/** Tells what a broken sending means. */
export function explainBroken(broken: Broken, about: Circumstances): Failure {
  const { cause } = broken;
  switch (cause.kind) {
    case 'timeout':
      return explainTimeout(broken.phase, about);
    case 'stopped':
      return explainStopped(broken.phase, about.place);
    case 'bodyTooLarge':
      return tooLarge(about, cause.declaredBytes);
    case 'connect':
      return explainConnect(cause);
    case 'wire':
      return explainWire(broken, cause.error, about.place);
  }
}

/** Tells why an answer that came whole cannot be read. */
export function explainDecoding(
  decoding: Exclude<Decoding, { kind: 'decoded' }>,
  about: Circumstances,
): Failure {
  const { place } = about;
  switch (decoding.kind) {
    case 'tooLarge':
      return tooLarge(about, undefined);
    case 'cutOff':
      return { reason: 'cutOff', message: `the ${decoding.coding} body of ${place} ends too early` };
    case 'invalid':
      return {
        reason: 'protocol',
        message: `the body of ${place} is no valid ${decoding.coding}: ${decoding.problem}`,
      };
  }
}

function tooLarge(about: Circumstances, bytes: number | undefined): Failure {
  const size = bytes === undefined ? '' : `${bytes} bytes, `;
  return {
    reason: 'tooLarge',
    message: `the answer of ${about.place} is too large: ${size}more than ${about.maxBodyBytes} bytes`,
  };
}

function explainTimeout(phase: Phase, { place, timeoutMs }: Circumstances): Failure {
  const missing: Record<Phase, string> = {
    connecting: `no connection to ${place}`,
    sent: `no answer from ${place}`,
    answering: `no complete answer from ${place}`,
  };
  return { reason: 'timeout', message: `${missing[phase]} within ${timeoutMs} ms` };
}

function explainStopped(phase: Phase, place: string): Failure {
  const before: Record<Phase, string> = {
    connecting: `before the request to ${place} left`,
    sent: `before ${place} answered`,
    answering: `before the answer of ${place} was complete`,
  };
  return { reason: phase === 'answering' ? 'cutOff' : 'reset', message: `stopped ${before[phase]}` };
}

function explainConnect({ error, place }: ConnectFailure): Failure {
  const { code, syscall, text } = detailsOf(error);
  if (error.name === 'TunnelError')
    return { reason: 'refused', message: `${place} gives no tunnel: ${text}` };
  if (syscall === 'getaddrinfo') return { reason: 'dns', message: `no address found for ${place} (${code})` };
  if (syscall !== 'connect') return explainTls(text, place);
  switch (code) {
    case 'ECONNREFUSED':
      return { reason: 'refused', message: `connection refused by ${place}` };
    case 'ETIMEDOUT':
      return { reason: 'timeout', message: `no connection to ${place} (${code})` };
    case 'ECONNRESET':
      return { reason: 'reset', message: `${place} closed the connection at once` };
    default:
      return { reason: 'refused', message: `${place} cannot be reached (${code})` };
  }
}

function explainTls(text: string, place: string): Failure {
  const hint = text === 'wrong version number' ? ' (is it plain http there?)' : '';
  // Node adds advice about its own command line, and a certificate without a name leaves its list empty.
  const problem = text
    .replace(/; if the root CA is installed locally.*/, '')
    .replace(/altnames: $/, 'altnames: it has none');
  return { reason: 'tls', message: `no TLS with ${place}: ${problem}${hint}` };
}

function explainWire({ phase, receivedBytes }: Broken, error: Error, place: string): Failure {
  const { code, text } = detailsOf(error);
  if (code === 'UND_ERR_DESTROYED') return explainStopped(phase, place);
  if (isRefusedStream(error)) return { reason: 'refused', message: `${place} refused the request (${text})` };
  if (phase === 'connecting') {
    return { reason: 'protocol', message: `the request to ${place} cannot be sent: ${text}` };
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return {
      reason: 'tooLarge',
      message: `the headers of ${place} are too large: more than ${maxHeaderBytes} bytes`,
    };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return explainTls(text, place);
  if (!isEnd(error, code)) {
    return { reason: 'protocol', message: `the answer of ${place} is no valid HTTP: ${text}` };
  }
  return phase === 'answering'
    ? { reason: 'cutOff', message: `${place} broke off its answer after ${receivedBytes} bytes of the body` }
    : { reason: 'reset', message: `${place} closed the connection without an answer` };
}

const cutShort = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE', 'ETIMEDOUT']);

function isEnd(error: Error, code: string): boolean {
  // undici's word for an answer that nobody asked for: 100, 101, or one before the request.
  if (error.message === 'bad response' || error.message === 'bad upgrade') return false;
  return isBrokenConnection(error) || cutShort.has(code);
}

interface Details {
  readonly code: string;
  readonly syscall: string;
  /** OpenSSL's and the parser's own words where there are some. */
  readonly text: string;
}

function detailsOf(error: Error): Details {
  const { code, syscall, reason } = decisive(error) as NodeJS.ErrnoException & { readonly reason?: string };
  const parser = /^Response does not match the HTTP\/1\.1 protocol \((.*)\)$/.exec(error.message);
  return { code: code ?? '', syscall: syscall ?? '', text: reason ?? parser?.[1] ?? error.message };
}

// A name with several addresses fails with an error for each.
function decisive(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const errors: readonly NodeJS.ErrnoException[] = error.errors;
  return errors.find(({ code }) => code === 'ECONNREFUSED') ?? errors[0] ?? error;
}
