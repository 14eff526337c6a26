import type { Certificate } from '../run/wire.ts';
import type { ConnectFailure, Phases } from './opening.ts';
import type { PreparedRequest } from './prepared-request.ts';
import type { Route } from './route.ts';

/** Hears how a request fares; after `onEnd` or `onError` nothing more. */
export interface Listener {
  /** From here on bytes may have left. */
  onSent(): void;
  /** The first byte of the answer is there. */
  onAnswering(): void;
  /** @param raw names and values in turn, as bytes. */
  onHead(status: number, statusText: string | undefined, raw: readonly unknown[]): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** A kept connection that carries one request at a time, and never sends one again by itself. */
export interface Connection {
  readonly route: Route;
  dispatch(request: PreparedRequest, listener: Listener): void;
  /** DNS, TCP or TLS of the last connect. Nothing was sent then. */
  connectFailure(): ConnectFailure | undefined;
  /** Of the last connect; told once, so that a request on a kept connection has none. */
  takePhases(): Phases | undefined;
  certificate(): Certificate | undefined;
  /** Of the answer whose header section was just read. */
  httpVersion(): '1.0' | '1.1' | '2';
  /** To be called after an answer: the next request waits until the event loop has looked at the socket. */
  rest(): void;
  /** Ends it at once, also while it is being opened. */
  destroy(): Promise<void>;
}
